import type { AddressInfo } from 'node:net';
import { closeDatabase, prepareDatabase } from './database.ts';
import { closeEvents } from './events.ts';
import { createCrm } from './server.ts';

await prepareDatabase();
const crm = createCrm();
crm.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`Tiny CRM runs at http://127.0.0.1:${(crm.address() as AddressInfo).port}`);
});

process.once('SIGTERM', stop);
process.once('SIGINT', stop);

/** In order: no new requests, then what waits in memory, then the database. */
function stop(): void {
  crm.close(() => {
    void closeEvents().then(closeDatabase);
  });
  crm.closeIdleConnections();
}
