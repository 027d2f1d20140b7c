import { type Source, SOURCE_KINDS, type SourcePage } from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { UsageError } from '../errors.ts';
import { readJsonOption } from '../json-option.ts';
import { type Fields, print, printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';
import { plainText } from '../plain-text.ts';
import { addSourceLeadCommands } from './source-leads.ts';

const ID = 'the source, src_…';
const KINDS = Object.keys(SOURCE_KINDS);
const SETTINGS = 'its settings as JSON, or @FILE to read them from, as secrets should be';

export function addSourceCommands(program: Command): void {
  const source = program
    .command('source')
    .description('Manage sources: where events come in from outside of the CRM');

  overHttp(source.command('create'))
    .description('Create a source; its URL is for the sending side')
    .argument('<kind>', `one of ${KINDS.join(', ')}`)
    .requiredOption('--settings <json>', SETTINGS)
    .option('--name <name>', 'a name for people; the kind when left out')
    .addHelpText(
      'after',
      examples(
        `sydx source create form --name 'Contact form' --settings '{"allowedOrigins":["https://www.example.com"],"fields":{"name":"name","email":"email"}}'`,
        'sydx source create whatsapp --settings @whatsapp.json',
      ),
    )
    .action(async (kind: string, options: HttpOptions & { name?: string; settings: string }) => {
      if (!KINDS.includes(kind)) {
        throw new UsageError(`${plainText(kind)} is no kind: write one of ${KINDS.join(', ')}.`);
      }
      const settings = await readSettings(options.settings);
      const body = { kind, name: options.name ?? kind, settings };
      show(await connect(options).post<Source>('/v1/sources', body), options);
    });

  overHttpPaged(source.command('list'))
    .description('List sources, newest first')
    .addHelpText('after', examples('sydx source list'))
    .action(async (options: PageOptions) => {
      const { limit, cursor } = options;
      const api = connect(options);
      const page = await api.get<z.output<typeof SourcePage>>('/v1/sources', { limit, cursor });
      if (options.json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map(({ id, name, kind, lastReceivedAt, url }) => [
        id,
        name,
        kind,
        lastReceivedAt,
        url,
      ]);
      const { nextCursor } = page;
      printTable({ head: ['ID', 'NAME', 'KIND', 'LAST RECEIVED', 'URL'], rows, nextCursor });
    });

  overHttp(source.command('show'))
    .description('Show a source, without its secrets')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx source show src_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      show(await connect(options).get<Source>(pathOf(id)), options);
    });

  overHttp(source.command('update'))
    .description('Change name or settings; settings that are left out stay, null takes one away')
    .argument('<id>', ID)
    .option('--name <name>', 'another name')
    .option('--settings <json>', SETTINGS)
    .addHelpText(
      'after',
      examples(
        `sydx source update src_02qbt8v3jm0c1 --settings '{"redirectUrl":"https://www.example.com/thanks"}'`,
      ),
    )
    .action(async (id: string, options: HttpOptions & { name?: string; settings?: string }) => {
      const { name } = options;
      if (name === undefined && options.settings === undefined) {
        throw new UsageError('Say what to change: add --name or --settings.');
      }
      const settings =
        options.settings === undefined ? undefined : await readSettings(options.settings);
      show(await connect(options).patch<Source>(pathOf(id), { name, settings }), options);
    });

  overHttp(source.command('delete'))
    .description('Delete a source with its secrets; its URL answers 404 from then on')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx source delete src_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      await connect(options).delete(pathOf(id));
      if (options.json === true) printJson({ deleted: id });
      else print('Deleted.');
    });

  addSourceLeadCommands(source);
}

function pathOf(id: string): string {
  return `/v1/sources/${encodeURIComponent(id)}`;
}

async function readSettings(given: string): Promise<unknown> {
  return JSON.parse(await readJsonOption(given, 'What --settings holds'));
}

function show(source: Source, { json }: HttpOptions): void {
  if (json === true) printJson(source);
  else printFields(sourceFields(source));
}

function sourceFields({ id, name, kind, url, settings, ...source }: Source): Fields {
  return [
    ['Id', id],
    ['Name', name],
    ['Kind', kind],
    ['URL', url],
    ...Object.entries(settings).map(
      ([setting, value]) => [setting, JSON.stringify(value)] as const,
    ),
    ['Last received', source.lastReceivedAt],
    ['Created', source.createdAt],
    ['Updated', source.updatedAt],
  ];
}
