import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Image } from './image.ts';
import { enter, programOf } from './jail.ts';

/** The product as process 1 of a container: nothing but its volume, /tmp and /dev can be written. */
export interface Container {
  /** http://127.0.0.1 and the port that it took. */
  readonly url: string;
  /** Numbers of users, as the kernel sees the program. */
  readonly uid: number;
  /** Its number in there. */
  readonly pid: number;
  /** Runs the image's health check, or one of a service. @returns whether it is well */
  healthy(command?: readonly string[]): Promise<boolean>;
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>;
}

export class ContainerError extends Error {}

/**
 * @param volume a directory of this machine for the image's volume, which its user may write to
 * @param env settings beside the image's own
 * @throws ContainerError with what it said when it ends before it runs
 */
export async function runContainer(
  image: Image,
  volume: string,
  env: Readonly<Record<string, string>>,
): Promise<Container> {
  const options = {
    ...image,
    env: { ...image.env, PORT: '0', ...env },
    readOnly: true,
    writable: [[volume, image.volume]] as const,
  };
  const child = enter([...image.entrypoint, ...image.command], options);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const port = await portOf(child, ended);
  const status = readFileSync(`/proc/${programOf(child)}/status`, 'utf8');
  const fact = (name: string) => new RegExp(`^${name}:.*?(\\d+)$`, 'm').exec(status)?.[1];
  return {
    url: `http://127.0.0.1:${port}`,
    uid: Number(fact('Uid')),
    pid: Number(fact('NSpid')),
    healthy: async (command = image.healthCommand) => {
      const check = enter(command, { ...options, env: { ...options.env, PORT: port } });
      const [code] = await Promise.all([
        new Promise((resolve) => check.once('close', resolve)),
        text(check.stdout!),
        text(check.stderr!),
      ]);
      return code === 0;
    },
    stop: () => {
      if (child.exitCode === null) process.kill(programOf(child), 'SIGTERM');
      return ended;
    },
  };
}

/** Waits until it says where it runs. */
async function portOf(child: ChildProcess, ended: Promise<unknown>): Promise<string> {
  let said = '';
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return await new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // A worker names its health alone; a server with PUBLIC_URL says that, so the log is asked.
      const port = /(?:runs at|Health:) http:\/\/(?:0\.0\.0\.0|127\.0\.0\.1):(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(port);
    });
    void ended.then(() => reject(new ContainerError(`It ended:\n${said}${log}`)));
  });
}
