import { readFileSync } from 'node:fs';
import { watch } from '../cli/product.ts';
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
  /** SIGTERM. @returns the exit code, or the signal that ended it */
  stop(): Promise<number | string>;
}

/**
 * @param volume a directory of this machine for the image's volume, which its user may write to
 * @param env settings beside the image's own
 * @throws Error with what it said when it ends before it runs
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
  const { child, said, ended } = watch(enter([...image.entrypoint, ...image.command], options));
  // A worker names its health alone; a server with PUBLIC_URL says that, so the log is asked.
  const [, port = ''] = await said(
    /(?:runs at|Health:) http:\/\/(?:0\.0\.0\.0|127\.0\.0\.1):(\d+)/,
  );
  const status = readFileSync(`/proc/${programOf(child)}/status`, 'utf8');
  const fact = (name: string) => new RegExp(`^${name}:.*?(\\d+)$`, 'm').exec(status)?.[1];
  return {
    url: `http://127.0.0.1:${port}`,
    uid: Number(fact('Uid')),
    pid: Number(fact('NSpid')),
    healthy: async (command = image.healthCommand) => {
      const check = watch(enter(command, { ...options, env: { ...options.env, PORT: port } }));
      return (await check.ended()) === 0;
    },
    stop: () => {
      if (child.exitCode === null) process.kill(programOf(child), 'SIGTERM');
      return ended();
    },
  };
}
