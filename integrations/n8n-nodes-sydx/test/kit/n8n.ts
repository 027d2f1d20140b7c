/**
 * As much of n8n as runs without its database and editor: the package loaded by n8n-core's loader, the
 * node called through n8n-core's contexts by a real HTTP server, workflows run by n8n-core's engine. What
 * n8n's server does between them (packages/cli: live-webhooks, test-webhooks, webhook.service) is
 * repeated here: a workflow with a fresh copy of what it kept for each request, written back only when
 * the node did not throw.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  ExecutionLifecycleHooks,
  HookContext,
  LoadOptionsContext,
  PackageDirectoryLoader,
  WebhookContext,
  WorkflowExecute,
} from 'n8n-core';
import {
  createRunExecutionData,
  type IDataObject,
  type IHttpRequestOptions,
  type INode,
  type INodeExecutionData,
  type INodeParameters,
  type INodePropertyOptions,
  type INodeType,
  type INodeTypes,
  type IWebhookData,
  type IWorkflowExecuteAdditionalData,
  NodeHelpers,
  type WebhookSetupMethodNames,
  Workflow,
  type WorkflowActivateMode,
} from 'n8n-workflow';
import { KeptCredentials } from './credentials.ts';

export type Item = Readonly<Record<string, unknown>> & {
  readonly event: string;
  readonly data: IDataObject;
};

type StaticData = IDataObject | undefined;

export class N8n {
  readonly credentials: KeptCredentials;
  /** What came out of the trigger, one list of items for each execution. */
  readonly executions: Item[][] = [];
  /** Statuses that were answered, in order. */
  readonly answers: number[] = [];
  /** What n8n's database keeps of the workflow. A test may look, and put back an older state. */
  staticData: StaticData;

  readonly #server: Server;
  readonly #nodeType: INodeType;
  readonly #parameters: INodeParameters;
  #listening: 'no' | 'production' | 'test' = 'no';

  private constructor(server: Server, loader: PackageDirectoryLoader, options: N8nOptions) {
    this.#server = server;
    this.#nodeType = NodeHelpers.getVersionedNodeType(loader.getNode('sydxTrigger').type);
    this.#parameters = options.parameters;
    const { baseUrl, apiKey } = options;
    this.credentials = new KeptCredentials(loader.getCredential('sydxApi').type, {
      baseUrl,
      apiKey,
    });
    server.on('request', this.#app());
  }

  static async start(options: N8nOptions): Promise<N8n> {
    const loader = new PackageDirectoryLoader(options.folder);
    await loader.loadAll();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new N8n(server, loader, options);
  }

  /** The node's webhook URL, as n8n shows it. */
  get url(): string {
    const path = this.#listening === 'test' ? 'webhook-test' : 'webhook';
    return `${this.#origin}/${path}/${NODE.webhookId}/webhook`;
  }

  /** Makes the workflow active, or starts n8n while it is. */
  async activate(activation: WorkflowActivateMode = 'activate'): Promise<void> {
    this.#listening = 'production';
    await this.#subscribe(activation, false);
  }

  async deactivate(): Promise<void> {
    await this.#hook('delete', 'update', false);
    this.#listening = 'no';
  }

  /** “Listen for test event” in the editor. */
  async listenForTest(): Promise<void> {
    this.#listening = 'test';
    await this.#subscribe('manual', true);
  }

  async stopListening(): Promise<void> {
    await this.#hook('delete', 'update', true);
    this.#listening = 'no';
  }

  /** What the editor offers for Events. */
  async eventChoices(): Promise<INodePropertyOptions[]> {
    const context = new LoadOptionsContext(this.#workflow(), this.#node(), this.#data(), '');
    const load = this.#nodeType.methods?.loadOptions?.['getEventTypes'];
    if (load === undefined) throw new Error('The node offers no event types.');
    return await load.call(context);
  }

  /** What the credential's test request is answered: a status. Its expressions are n8n-workflow's. */
  async testCredential(): Promise<number> {
    const workflow = this.#workflow();
    const [node, data] = [this.#node(), this.#data()];
    const { test } = this.credentials.type;
    if (test === undefined) throw new Error('The credential has no test.');
    const keys = { $credentials: this.credentials.data };
    const request = workflow.expression.getComplexParameterValue(
      node,
      test.request as unknown as INodeParameters,
      'internal',
      keys,
    ) as unknown as IHttpRequestOptions;
    const context = new HookContext(workflow, node, data, 'internal', 'manual');
    const response = (await context.helpers.httpRequestWithAuthentication.call(context, 'sydxApi', {
      ...request,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
    })) as { statusCode: number };
    return response.statusCode;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #node(): INode {
    return { ...NODE, parameters: structuredClone(this.#parameters) };
  }

  #workflow(): Workflow {
    const nodeTypes: INodeTypes = {
      getByName: () => this.#nodeType,
      getByNameAndVersion: () => this.#nodeType,
      getKnownTypes: () => ({}),
    };
    return new Workflow({
      id: 'workflow-1',
      name: 'Leads to the sheet',
      nodes: [this.#node()],
      connections: {},
      active: this.#listening === 'production',
      nodeTypes,
      staticData: structuredClone(this.staticData) ?? {},
    });
  }

  #data(): IWorkflowExecuteAdditionalData {
    return {
      credentialsHelper: this.credentials,
      webhookBaseUrl: `${this.#origin}/webhook`,
      webhookTestBaseUrl: `${this.#origin}/webhook-test`,
      currentNodeExecutionIndex: 0,
      variables: {},
    } as unknown as IWorkflowExecuteAdditionalData;
  }

  #webhookData(additionalData: IWorkflowExecuteAdditionalData, isTest: boolean): IWebhookData {
    const [webhookDescription] = this.#nodeType.description.webhooks ?? [];
    if (webhookDescription === undefined) throw new Error('The node has no webhook.');
    return {
      httpMethod: 'POST',
      node: NODE.name,
      path: `${NODE.webhookId}/webhook`,
      webhookDescription,
      workflowId: 'workflow-1',
      workflowExecuteAdditionalData: additionalData,
      isTest,
    };
  }

  async #subscribe(activation: WorkflowActivateMode, isTest: boolean): Promise<void> {
    const exists = await this.#hook('checkExists', activation, isTest);
    if (!exists) await this.#hook('create', activation, isTest);
  }

  async #hook(
    method: WebhookSetupMethodNames,
    activation: WorkflowActivateMode,
    isTest: boolean,
  ): Promise<boolean> {
    const workflow = this.#workflow();
    const data = this.#data();
    const webhookData = this.#webhookData(data, isTest);
    const mode = isTest ? 'manual' : 'trigger';
    const node = workflow.getNode(NODE.name);
    const call = this.#nodeType.webhookMethods?.['default']?.[method];
    if (node === null || call === undefined) throw new Error(`The node has no ${method}.`);
    const context = new HookContext(workflow, node, data, mode, activation, webhookData);
    const answer = await call.call(context);
    this.#save(workflow);
    return answer;
  }

  /** n8n writes what a node keeps as JSON, and only when the node changed it. */
  #save({ staticData }: Workflow): void {
    if (staticData['__dataChanged'] !== true) return;
    this.staticData = JSON.parse(JSON.stringify(staticData)) as IDataObject;
  }

  #app() {
    const app = express();
    app.use((request, response) => {
      void this.#receive(request, response);
    });
    return app as unknown as (request: IncomingMessage, response: ServerResponse) => void;
  }

  async #receive(request: express.Request, response: express.Response): Promise<void> {
    response.once('finish', () => this.answers.push(response.statusCode));
    if (this.#listening === 'no' || request.url !== new URL(this.url).pathname) {
      response.status(404).json({ code: 404, message: 'The requested webhook is not registered.' });
      return;
    }
    // n8n reads the body when a node's webhook is about to be called, and leaves its bytes to the node.
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    Object.assign(request, { rawBody: Buffer.concat(chunks) });

    const workflow = this.#workflow();
    const isTest = this.#listening === 'test';
    const data = { ...this.#data(), httpRequest: request, httpResponse: response };
    const mode = isTest ? 'manual' : 'webhook';
    const node = workflow.getNode(NODE.name);
    if (node === null) throw new Error('The workflow lost its node.');
    const webhookData = this.#webhookData(data, isTest);
    const context = new WebhookContext(workflow, node, data, mode, webhookData, [], null);
    try {
      const answer = await this.#nodeType.webhook?.call(context);
      this.#save(workflow);
      if (answer?.noWebhookResponse === true) return;
      if (answer?.workflowData === undefined) {
        response.status(200).json(answer?.webhookResponse);
        return;
      }
      const items = await execute(workflow, node, data, answer.workflowData);
      this.executions.push(items.map(({ json }) => json as unknown as Item));
      response.status(200).json({ message: 'Workflow was started' });
    } catch (error) {
      response.status(500).json({ code: 0, message: (error as Error).message });
    }
  }
}

export interface N8nOptions {
  /** Of the built package. */
  readonly folder: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly parameters: INodeParameters;
}

const NODE = {
  id: 'node-1',
  name: 'Sydx AI Trigger',
  type: 'n8n-nodes-sydx.sydxTrigger',
  typeVersion: 1,
  position: [0, 0] as [number, number],
  webhookId: '4f0c8a52-6b7f-4a38-9a1e-3d2b1c0f9e8d',
  credentials: { sydxApi: { id: '1', name: 'Sydx AI' } },
};

/** Runs the workflow with n8n-core's engine. @returns what the trigger put out there */
async function execute(
  workflow: Workflow,
  node: INode,
  data: IWorkflowExecuteAdditionalData,
  items: INodeExecutionData[][],
): Promise<INodeExecutionData[]> {
  const hooks = new ExecutionLifecycleHooks('webhook', '1', {
    id: workflow.id,
    name: workflow.name ?? '',
    active: true,
    isArchived: false,
    createdAt: new Date(),
    updatedAt: new Date(),
    nodes: [node],
    connections: {},
    activeVersionId: null,
  });
  const stack = [{ node, data: { main: items }, source: null }];
  const given = createRunExecutionData({ executionData: { nodeExecutionStack: stack } });
  const run = await new WorkflowExecute(
    { ...data, hooks },
    'webhook',
    given,
  ).processRunExecutionData(workflow);
  if (run.status !== 'success') throw new Error(`The workflow ended as ${run.status}.`);
  return run.data.resultData.runData[node.name]?.[0]?.data?.['main']?.[0] ?? [];
}
