import { messageOf } from '@nestwatch/common/errors';
import type { Benchmark, InstallCommand, Measured, WorkContext } from './benchmark.ts';
import { mustRun, runCommand } from './command.ts';
import { shortHash } from './environment.ts';
import { bootOnce, findSmallestGuest, inspectQemu, type SmallestGuest } from './guest/smallest-guest.ts';
import { type About, measured, timed, without } from './measure.ts';

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
    const { install } = config;
    const found = await findSmallestGuest(host, config.kernel);
    if (install === undefined && 'reason' in found) return { state: 'absent', reason: found.reason };
    return {
      state: 'ready',
      settings: {
        ...(install === undefined ? {} : { install }),
        ...('guest' in found ? { guest: found.guest } : { noGuest: found.reason }),
      },
      ...(install === undefined ? {} : { limitMs: install.limitMs + 2 * CLEANUP_LIMIT_MS }),
    };
  },

  async *work({ install, guest, noGuest }, context) {
    yield guest === undefined
      ? without(context.clock, SMALLEST, 'absent', noGuest ?? '')
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
  const startedMonoUs = context.clock.monoUs();
  try {
    const repetitions = [];
    for (let at = 1; at <= 3; at++) {
      context.progress(`smallest guest: ${at} of 3`);
      repetitions.push(await bootOnce(guest, machine, context));
    }
    return measured(context.clock, about, startedMonoUs, repetitions);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return without(context.clock, about, 'failed', messageOf(error), startedMonoUs);
  }
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
  const startedMonoUs = clock.monoUs();
  try {
    context.progress(`installing a guest by ${program}`);
    const once = await timed(clock, async () => {
      await mustRun(program, args, { signal, limitMs: install.limitMs, cwd: scratch });
      return 1;
    });
    const [test, ...testArgs] = install.success;
    if (test !== undefined)
      await mustRun(test, testArgs, { signal, limitMs: CLEANUP_LIMIT_MS, cwd: scratch });
    return measured(clock, about, startedMonoUs, [once]);
  } catch (error) {
    return without(clock, about, 'failed', messageOf(error), startedMonoUs);
  } finally {
    const [cleanup, ...cleanupArgs] = install.cleanup;
    if (cleanup !== undefined) {
      context.progress('cleaning up');
      await runCommand(cleanup, cleanupArgs, { signal, limitMs: CLEANUP_LIMIT_MS, cwd: scratch });
    }
  }
}
