import { arch, cpus, release, totalmem, type as system } from 'node:os';

/** Where a result comes from: what changes its figures, and nothing that tells whose machine it is. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  postgres: string;
}

export function describeMachine(postgresVersion: string): Machine {
  const processors = cpus();
  return {
    processor: `${processors[0]?.model.trim() ?? 'unknown'} (${arch()})`,
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `${system()} ${/^[\d.]+/.exec(release())?.[0] ?? release()}`,
    node: process.versions.node,
    postgres: postgresVersion,
  };
}
