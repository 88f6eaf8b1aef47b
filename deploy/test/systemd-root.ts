import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Ran, shell } from '../../test/e2e/invite-lab.ts';
import { waitUntil } from '../local/wait.ts';

/**
 * Has the root in $0 to itself, with a /run, /dev and /sys/fs/cgroup of its own, and becomes its systemd. The network is that
 * of this machine.
 */
const BOOT = `
mount --make-rprivate / && mount --bind "$0" "$0" && cd "$0" || exit 1
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do : >dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir -p old
pivot_root . old && umount -l /old || exit 1
# By TMPDIR it is known what belongs to this run of the tests.
exec env -i TMPDIR="$TMPDIR" container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --show-status=no
`;

const LIMIT_MS = 120_000;

/** A system that was booted in namespaces. */
export interface Booted {
  /** Runs a line of its shell as root. */
  shell(line: string): Promise<Ran>;
  end(): Promise<void>;
}

/** Boots the systemd of a root folder, as the first process of namespaces of its own. Needs root. */
export async function bootSystemd(path: string): Promise<Booted> {
  const words = ['--fork', '--pid', '--mount', '--cgroup', '--uts', '--ipc', 'sh', '-c', BOOT, path];
  const outer = spawn('unshare', words, { stdio: 'ignore' });
  const within = (line: string) =>
    shell('nsenter', ['-t', String(firstIn(outer)), '-m', '-p', '-u', '-i', 'sh', '-c', line], {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    });
  const end = async () => {
    const ended = new Promise((done) => outer.once('exit', done));
    // The end of the first process is that of all.
    process.kill(firstIn(outer), 'SIGKILL');
    await ended;
  };
  let state = '';
  const isUp = async () => {
    state = (await within('systemctl is-system-running')).output.trim();
    return /^(running|degraded)$/.test(state);
  };
  try {
    await waitUntil(isUp, { what: 'systemd', child: outer, tail: () => state, limitMs: LIMIT_MS });
  } catch (error) {
    if (outer.exitCode === null) await end();
    throw error;
  }
  return { shell: within, end };
}

/** The process that `unshare` started. */
function firstIn({ pid }: ChildProcess): number {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(first);
}
