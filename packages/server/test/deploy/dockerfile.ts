/** The Dockerfile as a list of stages, so that its steps can be run where there is no Docker. */

export interface Step {
  /** RUN, COPY, ENV and so on. */
  readonly instruction: string;
  /** What follows it, its lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly from: string;
  /** Null when it has none, as the last. */
  readonly name: string | null;
  readonly steps: readonly Step[];
}

/** @throws Error on a line that is no instruction */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const defaults = new Map<string, string>();
  const stages: { from: string; name: string | null; steps: Step[] }[] = [];
  for (const line of lines) {
    const [, instruction, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === undefined) throw new Error(`No instruction: ${line}`);
    const step = { instruction, text: rest.trim() };
    if (instruction === 'FROM') {
      const [, image = '', name = null] = /^(\S+)(?: AS (\S+))?$/.exec(step.text) ?? [];
      const from = image.replaceAll(/\$\{(\w+)\}/g, (_all, arg: string) => defaults.get(arg) ?? '');
      stages.push({ from, name, steps: [] });
    } else if (stages.length === 0 && instruction === 'ARG') {
      const [arg = '', value = ''] = step.text.split('=');
      defaults.set(arg, value);
    } else {
      stages.at(-1)?.steps.push(step);
    }
  }
  return stages;
}

/** `A=1 B="two words"` @returns names and values */
export function assignments(text: string): [name: string, value: string][] {
  return [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map(
    ([, name = '', quoted, plain = '']) => [name, quoted ?? plain],
  );
}
