import type { CreateTenant, Tenant, TenantPage } from '@sydx/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { connect } from '../api-client.ts';
import { printFields, printJson, printTable } from '../output.ts';
import {
  examples,
  type HttpOptions,
  overHttp,
  overHttpPaged,
  type PageOptions,
} from '../over-http.ts';

export function addTenantCommands(program: Command): void {
  const tenant = program
    .command('tenant')
    .description('Manage tenants: CRM accounts. Needs the operator key (OPERATOR_API_KEY)');

  overHttp(tenant.command('create'))
    .description('Create a tenant')
    .option('--id <id>', "the CRM's own id; generated when left out")
    .option('--name <name>', 'a name for people; the id when left out')
    .option('--plan <plan>', 'the plan; only pro may use webhooks', 'pro')
    .addHelpText('after', examples('sydx tenant create --id acme --name "Acme Ltd"'))
    .action(async (options: HttpOptions & z.input<typeof CreateTenant>) => {
      const { id, name, plan } = options;
      const made = await connect(options, true).post<Tenant>('/v1/tenants', { id, name, plan });
      show(made, options);
    });

  overHttpPaged(tenant.command('list'))
    .description('List tenants, newest first')
    .addHelpText('after', examples('sydx tenant list', 'sydx tenant list --json'))
    .action(async (options: PageOptions) => {
      const { limit, cursor } = options;
      const api = connect(options, true);
      const page = await api.get<z.output<typeof TenantPage>>('/v1/tenants', { limit, cursor });
      if (options.json === true) {
        printJson(page);
        return;
      }
      const rows = page.data.map(({ id, name, plan, createdAt }) => [id, name, plan, createdAt]);
      const { nextCursor } = page;
      printTable({ head: ['ID', 'NAME', 'PLAN', 'CREATED'], rows, nextCursor });
    });

  overHttp(tenant.command('set-plan'))
    .description('Set the plan of a tenant; any but pro ends its use of webhooks at once')
    .argument('<id>', 'the tenant')
    .argument('<plan>', 'pro, or another')
    .addHelpText('after', examples('sydx tenant set-plan acme free'))
    .action(async (id: string, plan: string, options: HttpOptions) => {
      const path = `/v1/tenants/${encodeURIComponent(id)}`;
      show(await connect(options, true).patch<Tenant>(path, { plan }), options);
    });
}

function show(tenant: Tenant, { json }: HttpOptions): void {
  if (json === true) {
    printJson(tenant);
    return;
  }
  printFields([
    ['Id', tenant.id],
    ['Name', tenant.name],
    ['Plan', tenant.plan],
    ['Created', tenant.createdAt],
  ]);
}
