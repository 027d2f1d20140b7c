import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../docs/blocks.ts';
import { assignments, parseDockerfile, type Step } from './dockerfile.ts';
import { BASE_PATH, enter } from './jail.ts';

/** What `docker build` would have made: files, and how the program in them is started. */
export interface Image {
  /** Holds the files of the last stage. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly cwd: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCommand: readonly string[];
  readonly volume: string;
}

interface Building {
  readonly root: string;
  cwd: string;
  user: string;
  env: Record<string, string>;
  words: Map<string, string>;
}

/**
 * Carries out the Dockerfile, step by step: the same commands, in a root directory of their own, on the
 * same part of the context. Of Docker's work only this machine's system in place of the base image is
 * not what it will be.
 *
 * @param dir an empty directory, where everything goes
 * @throws Error with the output of the step that failed, or naming an instruction that is not known here
 */
export async function buildImage(dir: string): Promise<Image> {
  const context = join(dir, 'context');
  copyContext(ROOT, context);
  const built = new Map<string, Building>();
  let last: Building | undefined;
  for (const [index, { from, name, steps }] of parseDockerfile(
    readFileSync(join(ROOT, 'Dockerfile'), 'utf8'),
  ).entries()) {
    const base = built.get(from);
    const stage: Building = {
      root: join(dir, name ?? `stage-${index}`),
      cwd: base?.cwd ?? '/',
      user: base?.user ?? '0:0',
      env: { ...(base?.env ?? { PATH: BASE_PATH, HOME: '/root' }) },
      words: new Map(base?.words),
    };
    mkdirSync(stage.root);
    if (base !== undefined) copyInto(base.root, stage.root);
    for (const step of steps) await carryOut(step, stage, context, built);
    if (name !== null) built.set(name, stage);
    last = stage;
  }
  if (last === undefined) throw new Error('The Dockerfile has no stage.');
  const listOf = (word: string): string[] => JSON.parse(last.words.get(word) ?? '[]') as string[];
  return {
    root: last.root,
    env: last.env,
    user: last.user,
    cwd: last.cwd,
    entrypoint: listOf('ENTRYPOINT'),
    command: listOf('CMD'),
    healthCommand: JSON.parse(
      /CMD (\[.*\])$/.exec(last.words.get('HEALTHCHECK') ?? '')?.[1] ?? '[]',
    ) as string[],
    volume: last.words.get('VOLUME') ?? '',
  };
}

async function carryOut(
  step: Step,
  stage: Building,
  context: string,
  built: Map<string, Building>,
): Promise<void> {
  const { instruction, text: words } = step;
  switch (instruction) {
    case 'WORKDIR':
      stage.cwd = words;
      mkdirSync(join(stage.root, words), { recursive: true });
      return;
    case 'USER':
      stage.user = words;
      return;
    case 'ENV':
      for (const [name, value] of assignments(words)) {
        stage.env[name] = value.replaceAll(
          /\$(\w+)/g,
          (_all, other: string) => stage.env[other] ?? '',
        );
      }
      return;
    case 'COPY':
      copy(words, stage, context, built);
      return;
    case 'RUN':
      await run(words, stage);
      return;
    case 'LABEL':
    case 'VOLUME':
    case 'EXPOSE':
    case 'STOPSIGNAL':
    case 'HEALTHCHECK':
    case 'ENTRYPOINT':
    case 'CMD':
      stage.words.set(instruction, words);
      return;
    default:
      throw new Error(`The tests do not know how to carry out ${instruction}.`);
  }
}

/** COPY [--from=stage] source… target */
function copy(words: string, stage: Building, context: string, built: Map<string, Building>): void {
  const [, from, rest = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(words) ?? [];
  const sources = rest.split(/\s+/);
  const target = sources.pop() ?? '';
  const origin = from === undefined ? context : (built.get(from)?.root ?? '');
  for (const source of sources) {
    const intoDir = target.endsWith('/') || target === '.';
    const path = join(stage.root, stage.cwd, target);
    if (intoDir || sources.length > 1) mkdirSync(path, { recursive: true });
    const what = join(origin, source);
    const isDirectory = spawnSync('test', ['-d', what]).status === 0;
    // A directory's contents, as COPY does; a file goes into the directory or takes the name.
    copyInto(isDirectory ? what : what, path, isDirectory);
  }
}

/** Keeps links and modes; on one disk the copies share their blocks where the file system can. */
function copyInto(from: string, to: string, contents = true): void {
  const { status, stderr } = spawnSync('cp', ['-a', contents ? `${from}/.` : from, to], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`COPY failed: ${stderr}`);
}

async function run(command: string, stage: Building): Promise<void> {
  const npmrc =
    process.env['npm_config_userconfig'] ??
    spawnSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).stdout.trim();
  const cache = spawnSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).stdout.trim();
  const outside = Object.entries(process.env).filter(([name]) =>
    /proxy|^npm_config_|_CERTS?$|^SSL_/i.test(name),
  );
  const child = enter(['/bin/sh', '-c', command], {
    root: stage.root,
    cwd: stage.cwd,
    user: stage.user,
    // How this machine reaches the registry, and what it fetched before: nothing else of it comes in.
    env: {
      ...(Object.fromEntries(outside) as Record<string, string>),
      ...stage.env,
      npm_config_userconfig: npmrc,
      npm_config_cache: '/npm-cache',
      npm_config_prefer_offline: 'true',
    },
    writable: [[cache, '/npm-cache']],
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`RUN ${command}\nended with ${code}:\n${out}${err}`);
}

/**
 * What `.dockerignore` lets through: it refuses all, names what it takes, then what it takes out of that.
 *
 * @throws Error when it is written in another way
 */
function copyContext(from: string, to: string): void {
  const lines = readFileSync(join(from, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const taken = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const refused = lines.slice(taken.length + 1);
  if (lines[0] !== '*' || refused.some((line) => line.startsWith('!'))) {
    throw new Error('.dockerignore is not the list that the tests can read.');
  }
  for (const path of taken) {
    cpSync(join(from, path), join(to, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !refused.some((pattern) => matchesGlob(relative(from, file), pattern)),
    });
  }
}
