import type {
  IAuthenticateGeneric,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  INodeProperties,
} from 'n8n-workflow';

/** Where the API is, and a key with the scope webhooks:admin. n8n stores both encrypted. */
export class SydxApi implements ICredentialType {
  name = 'sydxApi';

  displayName = 'Sydx AI API';

  icon: Icon = {
    light: 'file:../nodes/SydxTrigger/sydx.svg',
    dark: 'file:../nodes/SydxTrigger/sydx.dark.svg',
  };

  documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-sydx#credentials';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'https://webhooks.example.com',
      description: 'The address of Outbound Webhooks, without a path',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'A key with the scope webhooks:admin: Settings → Outbound Webhooks → API keys',
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
  };

  /** Reads webhooks: what an unknown key (401) and one without the scope (403) may not. */
  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.baseUrl.trim().replace(/[/]+$/, "")}}',
      url: '/v1/webhooks',
      qs: { limit: 1 },
      disableFollowRedirect: true,
    },
  };
}
