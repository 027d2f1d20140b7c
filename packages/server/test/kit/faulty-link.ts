import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';

/** A connection string that leads through a link to PostgreSQL which can be made to fail. */
export interface FaultyLink {
  readonly url: string;
  /**
   * Breaks the connection that runs the next statement with these words, when PostgreSQL has answered and before
   * the answer arrives: it is committed and nobody here knows. Takes the name of a prepared statement too.
   *
   * @returns resolves when it happened
   */
  swallowAnswer(words: string): Promise<void>;
  /** Breaks every connection and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  /** Every connection of now goes silent for good, as after a failover; new ones work when `reachable`. */
  vanish(reachable: boolean): void;
  close(): Promise<void>;
}

export async function startFaultyLink(databaseUrl: string): Promise<FaultyLink> {
  const target = new pg.Client({ connectionString: databaseUrl });
  const open = new Set<Socket>();
  let generation = 0;
  let isUnreachable = false;
  let isCut = false;
  let trap: { words: string; sprung: () => void } | undefined;

  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const born = generation;
    const isSilent = (): boolean => isUnreachable || born !== generation;
    const { host, port } = target;
    const far = connect(
      host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
    );
    let doomed: (() => void) | undefined;
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', end);
      socket.once('close', () => {
        open.delete(socket);
        end();
      });
    }
    near.on('data', (bytes) => {
      if (isSilent()) return;
      if (trap !== undefined && bytes.includes(trap.words)) {
        doomed = trap.sprung;
        trap = undefined;
      }
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (isSilent()) return;
      if (doomed === undefined) near.write(bytes);
      // ReadyForQuery is the last message of an answer: only then is it committed.
      else if (bytes.subarray(-6, -1).equals(READY)) {
        end();
        doomed();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { user, password, database } = target;
  return {
    url: `postgresql://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`,
    swallowAnswer: (words) =>
      new Promise((resolve) => {
        trap = { words, sprung: resolve };
      }),
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    vanish: (reachable) => {
      generation += 1;
      isUnreachable = !reachable;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Type and length; the sixth byte says whether a transaction is open. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);
