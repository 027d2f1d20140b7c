import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createPartitions } from '../../src/store/partitions.ts';
import { createDatabase, type TestDatabase } from '../kit/database.ts';
import { throwDice } from '../kit/dice.ts';
import { makeTenant } from '../kit/engine.ts';
import { TENANTS } from './ground.ts';
import { assertLife } from './property.ts';
import { STATEMENTS } from './statements.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 30);
const PATIENCE_MS = 120_000 + RUNS * 5_000;

let testDatabase: TestDatabase;
let database: Database;
let tenantNos: number[];

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url, () => undefined);
  await createPartitions(database.general, 1);
  tenantNos = [];
  for (const id of TENANTS) tenantNos.push(await makeTenant(database, id));
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

it('a delivery lives as its machine says, whatever happens in whatever order', {
  timeout: PATIENCE_MS,
}, async () => {
  const { seed } = throwDice();
  const path = process.env['MODEL_PATH'];
  console.log(`${RUNS} sequences, SEED=${seed}`);
  const tally = await assertLife(
    { database, tenantNos, statements: STATEMENTS },
    { runs: RUNS, seed, path },
  );
  console.log(tally);
  expect(tally.runs).toBe(path === undefined ? RUNS : tally.runs);
});
