import type {
  ICredentialDataDecryptedObject,
  ICredentialType,
  IHttpRequestOptions,
  INode,
  IRequestOptionsSimplified,
  Workflow,
} from 'n8n-workflow';
import { ICredentialsHelper } from 'n8n-workflow';

/**
 * Stands in for the one part of n8n that needs its database: where credentials are kept. They are put
 * into requests as the credential's own `authenticate` says, its expressions evaluated by n8n-workflow.
 */
export class KeptCredentials extends ICredentialsHelper {
  readonly type: ICredentialType;
  /** May be changed by a test: a key that was revoked, an address that moved. */
  data: ICredentialDataDecryptedObject;

  constructor(type: ICredentialType, data: ICredentialDataDecryptedObject) {
    super();
    this.type = type;
    this.data = data;
  }

  authenticate(
    credentials: ICredentialDataDecryptedObject,
    _typeName: string,
    given: IHttpRequestOptions | IRequestOptionsSimplified,
    workflow?: Workflow,
    node?: INode,
  ): Promise<IHttpRequestOptions> {
    const request = given as IHttpRequestOptions;
    const { authenticate } = this.type;
    if (typeof authenticate !== 'object' || workflow === undefined || node === undefined) {
      throw new Error('The credential has no generic authentication, or nobody asks for it.');
    }
    for (const [name, value] of Object.entries(authenticate.properties.headers ?? {})) {
      const keys = { $credentials: credentials };
      const resolved = workflow.expression.getSimpleParameterValue(
        node,
        value as string,
        'internal',
        keys,
      );
      request.headers = { ...request.headers, [name]: resolved };
    }
    return Promise.resolve(request);
  }

  getDecrypted(): Promise<ICredentialDataDecryptedObject> {
    return Promise.resolve({ ...this.data });
  }

  getParentTypes(): string[] {
    return [];
  }
  isCredentialUsableByNode(): boolean {
    return true;
  }
  preAuthentication(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  runPreAuthentication(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  getCredentialsProperties(): ICredentialType['properties'] {
    return this.type.properties;
  }
  getCredentials(): never {
    throw new Error('Nothing here is kept encrypted.');
  }
  updateCredentials(): Promise<void> {
    return Promise.resolve();
  }
  updateCredentialsOauthTokenData(): Promise<void> {
    return Promise.resolve();
  }
}
