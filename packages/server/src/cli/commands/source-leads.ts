import {
  LEAD_STATES,
  type LeadFetching,
  type RetryLeadsAnswer,
  type SourceLeadPage,
} from '@sydx/contract';
import { type Command, Option } from 'commander';
import { connect } from '../api-client.ts';
import { print, printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';

const ID = 'the source, src_…';

/** Commands about the leads that Meta announced to a source. */
export function addSourceLeadCommands(source: Command): void {
  overHttpPaged(source.command('leads'))
    .description('List leads that Meta announced to a source, newest first')
    .argument('<id>', ID)
    .addOption(new Option('--state <state>', 'only those in this state').choices(LEAD_STATES))
    .addHelpText('after', examples('sydx source leads src_02qbt8v3jm0c1 --state failed'))
    .action(async (id: string, options: PageOptions & { state?: string }) => {
      const { limit, cursor, state } = options;
      const query = { limit, cursor, state };
      const page = await connect(options).get<SourceLeadPage>(`${pathOf(id)}/leads`, query);
      if (options.json === true) {
        printJson(page);
        return;
      }
      const { data, nextCursor } = page;
      const rows = data.map((lead) => [
        lead.leadId,
        lead.state,
        lead.receivedAt,
        String(lead.attemptCount),
        lead.error?.detail ?? null,
      ]);
      printTable({ head: ['LEAD', 'STATE', 'RECEIVED', 'ATTEMPTS', 'ERROR'], rows, nextCursor });
    });

  overHttp(source.command('fetching'))
    .description("Show how the fetching of a source's leads stands")
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx source fetching src_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      const fetching = await connect(options).get<LeadFetching>(`${pathOf(id)}/lead-fetching`);
      if (options.json === true) {
        printJson(fetching);
        return;
      }
      printFields([
        ['State', fetching.state],
        ['Waiting', String(fetching.waiting)],
        ['Failed', String(fetching.failed)],
        ['Oldest waiting', fetching.oldestWaitingAt],
        ['Error', fetching.error?.detail ?? null],
        ['Resumes', fetching.resumesAt],
      ]);
    });

  overHttp(source.command('retry'))
    .description('Fetch all leads that wait or failed again, now; ends a pause')
    .argument('<id>', ID)
    .addHelpText('after', examples('sydx source retry src_02qbt8v3jm0c1'))
    .action(async (id: string, options: HttpOptions) => {
      const answer = await connect(options).post<RetryLeadsAnswer>(`${pathOf(id)}/retry`);
      if (options.json === true) printJson(answer);
      else print(`${answer.count} to be fetched now.`);
    });
}

function pathOf(id: string): string {
  return `/v1/sources/${encodeURIComponent(id)}`;
}
