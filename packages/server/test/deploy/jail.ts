import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';

export interface JailOptions {
  /** The directory that the program takes for its root. */
  readonly root: string;
  /** Where it starts, in there. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `1000:1000`; root unless told. */
  readonly user?: string;
  /** Nothing but `writable`, /tmp and /dev may be written to. */
  readonly readOnly?: boolean;
  /** Directories of this machine that it finds at the same or another path, and may write to. */
  readonly writable?: readonly (readonly [from: string, to: string])[];
}

/** npm, as a directory: a link leads out of /usr/bin to where its code is. */
const NPM = dirname(dirname(realpathSync(find('npm'))));
/** What stands for the base image: this machine's system, its Node, its npm. */
const SYSTEM = ['/usr', '/etc', '/opt', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const NODE_DIR = dirname(realpathSync(process.execPath));

function find(program: string): string {
  const folder = (process.env['PATH'] ?? '')
    .split(':')
    .find((each) => existsSync(join(each, program)));
  if (folder === undefined) throw new Error(`There is no ${program} here.`);
  return join(folder, program);
}

/**
 * Makes `$1` a root of its own, with the machine's system in it, and becomes the program. In a mount and
 * pid namespace of its own: nothing of it is seen outside, the program is process 1, as in a container,
 * and when it ends everything does.
 */
const SCRIPT = `set -e
root=$1; read_only=$2; cwd=$3; user=$4; shift 4
mount --make-rprivate /
mount --bind "$root" "$root"
place() { mkdir -p "$root$2"; mount --bind "$1" "$root$2"; }
for part in $SYSTEM; do
  [ -e "$part" ] || continue
  if [ -L "$part" ]; then [ -L "$root$part" ] || cp -P "$part" "$root$part"
  else place "$part" "$part"; mount -o remount,bind,ro "$root$part"; fi
done
mkdir -p "$root/proc" "$root/dev" "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
# After /tmp, in which they may be.
for part in $PROGRAMS; do place "$part" "$part"; mount -o remount,bind,ro "$root$part"; done
printf 'root:x:0:0::/root:/bin/sh\\nnode:x:1000:1000::/home/node:/bin/sh\\n' > "$root/tmp/passwd"
mount --bind "$root/tmp/passwd" "$root/etc/passwd"
for pair in $WRITABLE; do place "\${pair%%:*}" "\${pair#*:}"; done
[ "$read_only" = no ] || mount -o remount,bind,ro "$root"
confine="--no-new-privs --bounding-set=-all --inh-caps=-all"
[ "$user" != 0:0 ] || confine=
exec env PATH="$PATH:/usr/sbin" chroot "$root" env PATH="$PATH" setpriv --reuid "\${user%:*}" --regid "\${user#*:}" --clear-groups $confine \\
  -- sh -c 'cd "$1"; shift; exec "$@"' sh "$cwd" "$@"
`;

/** Starts a program in there. Its output goes through pipes. */
export function enter(argv: readonly string[], options: JailOptions): ChildProcess {
  const { root, cwd, user = '0:0', readOnly = false, writable = [] } = options;
  const own = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', SCRIPT, 'sh'];
  return spawn('unshare', [...own, root, readOnly ? 'yes' : 'no', cwd, user, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...options.env,
      SYSTEM: SYSTEM.join(' '),
      PROGRAMS: [NODE_DIR, NPM]
        .filter((dir) => !SYSTEM.some((part) => dir.startsWith(part)))
        .join(' '),
      WRITABLE: writable.map((pair) => pair.join(':')).join(' '),
    },
  });
}

/** The PATH of the base image: its Node first. */
export const BASE_PATH = `${NODE_DIR}:/usr/local/bin:/usr/bin:/bin:${NPM}/bin`;

/** The pid, seen from here, of the program in a jail: process 1 in there. */
export function programOf(jail: ChildProcess): number {
  const [first] = readFileSync(`/proc/${jail.pid}/task/${jail.pid}/children`, 'utf8').split(' ');
  return Number(first);
}

/** Why there are none here; empty where there are. For the names of tests. */
export const noJail = ((): string => {
  if (process.platform !== 'linux' || userInfo().uid !== 0) return 'only root on Linux has one';
  const { status } = spawnSync('unshare', [
    '--mount',
    '--pid',
    '--fork',
    'sh',
    '-c',
    'mount --make-rprivate /',
  ]);
  return status === 0 && readdirSync('/proc').length > 0 ? '' : 'no namespaces may be made here';
})();
