import type { AuditEntry, AuditLogPage } from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { printJson, printTable } from '../output.ts';
import { examples, overHttpPaged, type PageOptions } from '../over-http.ts';

interface AuditOptions extends PageOptions {
  readonly action?: string;
  readonly object?: string;
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
}

export function addAuditCommand(program: Command): void {
  overHttpPaged(program.command('audit'))
    .description('Show who changed what and when, newest first')
    .option('--action <action>', 'only this, such as webhook.deleted')
    .option('--object <id>', 'what was changed, such as whk_…')
    .option('--actor <id>', 'who changed it, per_… or key_…')
    .option('--from <time>', 'not before this time (ISO 8601)')
    .option('--to <time>', 'before this time (ISO 8601)')
    .addHelpText(
      'after',
      examples('sydx audit --action webhook.secret_rotated', 'sydx audit --limit 10 --json'),
    )
    .action(async ({ json, ...options }: AuditOptions) => {
      const { limit, cursor, action, object, actor, from, to } = options;
      const query = { limit, cursor, action, object, actor, from, to };
      const api = connect(options);
      const page = await api.get<z.output<typeof AuditLogPage>>('/v1/audit-log', query);
      if (json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map((entry) => [
        entry.createdAt,
        entry.actor.name ?? entry.actor.kind,
        entry.action,
        entry.object.name ?? entry.object.id,
        changesIn(entry),
      ]);
      printTable({
        head: ['TIME', 'WHO', 'ACTION', 'WHAT', 'CHANGES'],
        rows,
        nextCursor: page.nextCursor,
      });
    });
}

function changesIn({ changes }: AuditEntry): string {
  const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return changes
    .map(({ field, before, after }) =>
      before === null ? `${field} ${shown(after)}` : `${field} ${shown(before)} → ${shown(after)}`,
    )
    .join('; ');
}
