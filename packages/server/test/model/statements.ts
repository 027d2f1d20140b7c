import { changeWebhook, deleteWebhook } from '../../src/store/change-webhook.ts';
import { claimQueue } from '../../src/store/claim-queue.ts';
import { endNode, handBackGroups, parkDeliveries, takeOverOne } from '../../src/store/hand-back.ts';
import { publishEvents } from '../../src/store/publish-events.ts';
import { publishTest } from '../../src/store/publish-test.ts';
import { recordOutcomes } from '../../src/store/record-outcomes.ts';
import { redeliver } from '../../src/store/redeliver.ts';
import { feedReplays } from '../../src/store/replays.ts';
import { startReplay } from '../../src/store/start-replay.ts';

/** What changes a delivery: all of it is held against the machine of life.ts. */
export const STATEMENTS = {
  publishEvents,
  publishTest,
  claimQueue,
  recordOutcomes,
  handBackGroups,
  parkDeliveries,
  endNode,
  takeOverOne,
  changeWebhook,
  deleteWebhook,
  redeliver,
  startReplay,
  feedReplays,
};

export type Statements = typeof STATEMENTS;
