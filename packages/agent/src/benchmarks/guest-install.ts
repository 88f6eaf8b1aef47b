import { defined } from '@nestwatch/common/defined';
import { valueIn } from '../host/host.ts';
import type { Benchmark, InstallCommand, Measured, WorkContext } from './benchmark.ts';
import { mustRun, runCommand } from './command.ts';
import { shortHash } from './environment.ts';
import { bootOnce, findSmallestGuest, inspectQemu, type SmallestGuest } from './guest/smallest-guest.ts';
import { type About, attempted, timed, without } from './measure.ts';

interface Settings {
  install?: InstallCommand;
  guest?: SmallestGuest;
  noGuest?: string;
}

const CLEANUP_LIMIT_MS = 600_000;

/**
 * The article's first benchmark: how long this layer takes to bring up a guest. "command" is the operator's own way of
 * installing one, from this node's configuration file; "smallest" boots a kernel to its first process, where KVM works.
 * How long this machine's own installation took is found in its logs instead, once (own-installation/).
 */
export const guestInstall: Benchmark<Settings> = {
  name: 'guest.install',
  meaning:
    'install a guest by benchmarks.install of the configuration file, once; boot a kernel with one process under KVM, 3 times',

  async plan({ host, config }) {
    const install = config['benchmarks.install'];
    const found = await findSmallestGuest(host, config['benchmarks.kernel'], config['benchmarks.qemu']);
    if (install === undefined && found.state !== 'known') return found;
    return {
      state: 'ready',
      settings: defined({
        install,
        guest: valueIn(found),
        noGuest: found.state === 'known' ? undefined : found.reason,
      }),
      ...defined({ limitMs: install && install.limitMs + 2 * CLEANUP_LIMIT_MS }),
    };
  },

  async *work({ install, guest, noGuest }, context) {
    yield guest === undefined
      ? without(context.clock, SMALLEST, 'ABSENT', noGuest ?? '')
      : await bootRepeatedly(guest, context);
    if (install !== undefined) yield await runInstallation(install, context);
  },
};

const SMALLEST: About = {
  variant: 'smallest',
  unit: 'run',
  engine: 'qemu',
  engineVersion: '',
  arguments: {},
};

async function bootRepeatedly(guest: SmallestGuest, context: WorkContext): Promise<Measured> {
  const { version, machine } = await inspectQemu(guest, context);
  const { accelerator, kernel } = guest;
  const about = { ...SMALLEST, engineVersion: version, arguments: { accelerator, kernel, machine } };
  return attempted(context, about, () => bootOnce(guest, machine, context));
}

/** Times the command alone; its clean-up runs in any case. */
async function runInstallation(install: InstallCommand, context: WorkContext): Promise<Measured> {
  const [program = '', ...args] = install.command;
  const about: About = {
    variant: 'command',
    unit: 'run',
    engine: program,
    engineVersion: '',
    // The command may hold secrets, such as a password for the guest: only its hash leaves this machine.
    arguments: { command: shortHash(install.command) },
  };
  const { clock, signal, scratch } = context;
  const act = async () => {
    const once = await timed(clock, async () => {
      await mustRun(program, args, { signal, limitMs: install.limitMs, cwd: scratch });
      return 1;
    });
    const [test, ...testArgs] = install.success;
    if (test !== undefined) {
      await mustRun(test, testArgs, { signal, limitMs: CLEANUP_LIMIT_MS, cwd: scratch });
    }
    return once;
  };
  try {
    context.progress(`installing a guest by ${program}`);
    return await attempted(context, about, act, 1);
  } finally {
    const [cleanup, ...cleanupArgs] = install.cleanup;
    if (cleanup !== undefined) {
      context.progress('cleaning up');
      await runCommand(cleanup, cleanupArgs, { signal, limitMs: CLEANUP_LIMIT_MS, cwd: scratch });
    }
  }
}
