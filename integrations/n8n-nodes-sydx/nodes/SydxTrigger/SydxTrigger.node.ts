import type {
  IHookFunctions,
  ILoadOptionsFunctions,
  INodePropertyOptions,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { eventChoices } from './event-types.ts';
import { filterProperties } from './filter.ts';
import { receive } from './receive.ts';
import { checkExists, create, remove } from './subscription.ts';

/** Starts a workflow at events of Sydx AI. The webhook behind it is made and deleted with the workflow. */
export class SydxTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Sydx AI Trigger',
    name: 'sydxTrigger',
    icon: { light: 'file:sydx.svg', dark: 'file:sydx.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{$parameter["events"].join(", ")}}',
    description: 'Starts the workflow when something happens in Sydx AI',
    defaults: { name: 'Sydx AI Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'sydxApi', required: true }],
    webhooks: [
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
    ],
    eventTriggerDescription: 'Waiting for an event, or for Test to be pressed in Sydx AI',
    activationMessage: 'Sydx AI now sends the chosen events to this workflow.',
    properties: [
      {
        displayName: 'Event Names or IDs',
        name: 'events',
        type: 'multiOptions',
        typeOptions: { loadOptionsMethod: 'getEventTypes' },
        default: [],
        required: true,
        description:
          'What starts the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
      },
      ...filterProperties,
      {
        displayName: 'Options',
        name: 'options',
        type: 'collection',
        default: {},
        placeholder: 'Add Option',
        options: [
          {
            displayName: 'Name in Sydx AI',
            name: 'name',
            type: 'string',
            default: '',
            description:
              'What the webhook is called there. Empty: n8n and the name of the workflow.',
          },
          {
            displayName: 'Run on Test',
            name: 'runOnTest',
            type: 'boolean',
            default: true,
            description: 'Whether the Test button in Sydx AI starts the active workflow too',
          },
        ],
      },
    ],
  };

  methods = {
    loadOptions: {
      async getEventTypes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
        return await eventChoices(this);
      },
    },
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return await checkExists(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        await create(this);
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        await remove(this);
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this);
  }
}
