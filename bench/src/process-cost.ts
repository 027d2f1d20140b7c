import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for /proc, whatever the kernel's own tick. */
const TICK_US = 10_000;

interface ProcessorTime {
  parent: number;
  /** All threads of the process. */
  ownUs: number;
  /** Its children that ended and were waited for. */
  endedChildrenUs: number;
}

function processorTime(pid: number): ProcessorTime | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // It ended meanwhile; its time went to its parent.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  // The name in parentheses may hold spaces; field 3 (state) follows it. See proc_pid_stat(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    parent: field(4),
    ownUs: (field(14) + field(15)) * TICK_US,
    endedChildrenUs: (field(16) + field(17)) * TICK_US,
  };
}

/**
 * Processor time of a process and of all that it started, in microseconds: its own, that of its living
 * descendants, and that of those which ended and were waited for.
 */
export function treeUs(pid: number): number {
  const children = new Map<number, number[]>();
  const times = new Map<number, ProcessorTime>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const time = processorTime(Number(name));
    if (time === null) continue;
    times.set(Number(name), time);
    children.set(time.parent, [...(children.get(time.parent) ?? []), Number(name)]);
  }
  const sum = (of: number): number => {
    const time = times.get(of);
    if (time === undefined) return 0;
    const below = (children.get(of) ?? []).reduce((total, child) => total + sum(child), 0);
    return time.ownUs + time.endedChildrenUs + below;
  };
  return sum(pid);
}

export interface Memory {
  residentBytes: number;
  peakBytes: number;
}

/** Resident memory of a process now, and the most it ever had. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1_024;
  return { residentBytes: read('VmRSS'), peakBytes: read('VmHWM') };
}

/** Processor time of everything on the machine, all cores, in microseconds. See proc_stat(5). */
export function machineUs(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_US;
}
