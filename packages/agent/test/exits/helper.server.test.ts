import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';

const program = resolve(import.meta.dirname, '../../../../dist/nestwatch-agent.mjs');
const LIMIT_MS = 120_000;
/** What no process has: pids are smaller. */
const NOBODY = 2 ** 22 + 1;

const MOUNT = 'mountpoint -q /sys/kernel/tracing || mount -t tracefs nodev /sys/kernel/tracing';

/**
 * As nestwatch-exits.service and nestwatch-agent.service run them, in a mount namespace: /sys read-only but for tracefs,
 * the helper as root without any capability, the agent as another user who may read all files. In systemd's place, the
 * shell starts the helper when the agent's file is there.
 */
const SCRIPT = `
set -e
agent=$1 node=$2 state=$3
mount -t tmpfs run /run && mkdir /run/nestwatch-exits
mount --bind /sys /sys && mount -o remount,ro,bind /sys
${MOUNT}
mkdir /sys/kernel/tracing/instances/nestwatch-exits.${NOBODY} /sys/kernel/tracing/instances/of-others
echo 1 >/sys/kernel/tracing/instances/of-others/events/sched/sched_switch/enable
echo '{"startedMs":1}' >/run/nestwatch-exits/answer.json
helper() {
  setpriv --bounding-set=-all --inh-caps=-all --no-new-privs $node $agent trace-exits --answer /run/nestwatch-exits/answer.json
}
setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set=-all,+dac_read_search \\
  --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search \\
  $node $agent exits --json --state-dir $state >$state/exits.json &
until [ -e $state/exits.wanted ]; do sleep 0.2; done
helper
wait $! || echo "code $?"
helper 2>&1
mkdir /sys/kernel/tracing/instances/nestwatch-exits.${NOBODY}
$node $agent trace-exits --clean
ls /sys/kernel/tracing/instances
cat /sys/kernel/tracing/instances/of-others/events/sched/sched_switch/enable
`;

const run = promisify(execFile);
const reason = await whyNot();

async function whyNot(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync('/sys/module/kvm')) return 'this kernel has no KVM';
  if (!readFileSync('/proc/filesystems', 'utf8').includes('tracefs')) return 'this kernel has no tracefs';
  const tried = `setpriv true && { ${MOUNT}; } && ls /sys/kernel/tracing/events/kvm/kvm_exit`;
  return run('unshare', ['--mount', 'sh', '-c', tried])
    .then(() => undefined)
    .catch((error: Error) => error.message);
}

test.skipIf(reason !== undefined)(
  `the helper traces for an agent that may not, and leaves what others trace alone${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const state = join(temporaryFolder('helper'), 'state');
    mkdirSync(state);
    await run('chown', ['65534', state]);
    await run('chmod', ['-R', 'o+rx', join(state, '..')]);
    const { stdout } = await run(
      'unshare',
      ['--mount', 'sh', '-c', SCRIPT, 'sh', program, process.execPath, state],
      { timeout: LIMIT_MS },
    ).finally(removeOthers);
    const [code, ...rest] = stdout.trim().split('\n');
    // No guest runs here: there is a trace, and nothing in it.
    expect(code).toBe('code 1');
    const told = JSON.parse(readFileSync(join(state, 'exits.json'), 'utf8'));
    expect(told).toMatchObject({ guests: [], missedRatio: 0 });
    expect(told.seconds).toBeGreaterThan(5);
    expect(rest).toEqual([
      // Asked again at once, it keeps to its pause.
      'the last trace is less than a minute old and stays',
      // What crashes left is gone, before a trace and after one, and so is its own.
      'of-others',
      '1',
    ]);
  },
  LIMIT_MS,
);

/** tracefs is one for the whole machine: what the test made for others goes, whatever came of it. */
async function removeOthers(): Promise<void> {
  await run('unshare', [
    ...['--mount', 'sh', '-c'],
    `${MOUNT}; cd /sys/kernel/tracing/instances; rmdir of-others nestwatch-exits.${NOBODY} 2>/dev/null; true`,
  ]);
}
