import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What a container has: own processes, own mounts, devices that harm nobody. The network is the machine's: servers take
 * free ports of its loopback address. Arguments: the root, caches of npm and apt, the command.
 */
const ENTER = `
root=$1 npm=$2 apt=$3
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --make-rslave "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for each in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  IFS=: read -r name major minor <<DEVICE
$each
DEVICE
  mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"; ln -s fd/1 "$root/dev/stdout"; ln -s fd/2 "$root/dev/stderr"
mkdir -p "$root/root/.npm" "$root/var/cache/apt/archives"
mount --bind "$npm" "$root/root/.npm"
mount --bind "$apt" "$root/var/cache/apt/archives"
exec chroot "$root" /bin/bash -c "$4"
`;

export interface InRoot {
  root: string;
  /** What npm and apt have downloaded is kept here from run to run. */
  npmCache: string;
  aptCache: string;
  env: Readonly<Record<string, string>>;
  /** Gets all that it prints. */
  log: string;
  signal: AbortSignal;
}

/**
 * Runs a command of the shell in a root. When it ends, is ended by the signal, or this process dies, its processes and
 * mounts are gone: they are in namespaces of its own.
 * @returns its exit code; undefined when it was ended
 */
export async function runInRoot(command: string, options: InRoot): Promise<number | undefined> {
  const { root, npmCache, aptCache, env, log, signal } = options;
  for (const folder of [npmCache, aptCache, dirname(log)]) mkdirSync(folder, { recursive: true });
  signal.throwIfAborted();
  const output = openSync(log, 'w');
  const args = ['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-ec', ENTER, 'sh'];
  const child = spawn('unshare', [...args, root, npmCache, aptCache, command], {
    stdio: ['ignore', output, output],
    // TMPDIR marks what belongs to a run of the tests. It is not there in the root.
    env: { ...env },
    // Ctrl-C comes by the signal alone.
    detached: true,
  });
  closeSync(output);
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  process.once('exit', stop);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? undefined;
  } finally {
    signal.removeEventListener('abort', stop);
    process.off('exit', stop);
  }
}
