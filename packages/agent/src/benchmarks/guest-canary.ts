import { messageOf } from '@nestwatch/common/errors';
import { absent, type Found, type Host, known } from '../host/host.ts';
import type { Benchmark, BenchmarkConfig, Measured, Repetition, WorkContext } from './benchmark.ts';
import { runCommand } from './command.ts';
import { findQemu } from './guest/find-qemu.ts';
import { prepareTinyGuest, TINY_GUEST_RAN } from './guest/tiny-guest.ts';
import { type About, measured, without } from './measure.ts';

/** What is needed to start the canary: JSON, for the child process. */
export interface Canary {
  readonly qemu: string;
  /** "tcg" is for trying it where KVM must not be used. */
  readonly accelerator: 'kvm' | 'tcg';
}

/** Of one attempt: a node under load, four layers deep, needs seconds. */
const LIMIT_MS = 30_000;
const ATTEMPTS = 2;
/** An attempt may take its limit; QEMU is asked for its version before. */
const LIMIT_OF_ALL_MS = (ATTEMPTS + 1) * LIMIT_MS;

/**
 * Whether guests really run: the guest of four instructions that `check --boot` starts, under KVM. Not a measurement of
 * speed first, but its time is a result like others. It fails only when two attempts in a row do.
 */
export const guestCanary: Benchmark<Canary> = {
  name: 'guest.canary',
  meaning: 'boot a guest of four instructions under KVM, once; again when that fails',

  async plan({ host, config }) {
    const found = await findCanary(host, config);
    if (found.state !== 'known') return found;
    return { state: 'ready', settings: found.value, limitMs: LIMIT_OF_ALL_MS };
  },

  async *work(canary, context) {
    yield await boot(canary, context);
  },
};

/** Where /dev/kvm opens and there is a QEMU for x86-64. */
export async function findCanary(
  host: Pick<Host, 'open'>,
  config: Pick<BenchmarkConfig, 'benchmarks.qemu'>,
): Promise<Found<Canary>> {
  if (process.arch !== 'x64') return absent('the canary is made for x86_64');
  const opened = await host.open('/dev/kvm');
  if (opened.state !== 'known') return absent(`/dev/kvm: ${opened.errno ?? opened.reason}`);
  const qemu = await findQemu(config['benchmarks.qemu']);
  return qemu.state === 'known' ? known({ qemu: qemu.value, accelerator: 'kvm' }) : qemu;
}

async function boot({ qemu, accelerator }: Canary, context: WorkContext): Promise<Measured> {
  const { clock, signal, scratch, progress } = context;
  const { stdout } = await runCommand(qemu, ['--version'], { signal, limitMs: LIMIT_MS });
  const about: About = {
    variant: '',
    unit: 'run',
    engine: 'qemu',
    engineVersion: /version (\S+)/.exec(stdout)?.[1] ?? '',
    arguments: { accelerator, machine: 'pc' },
  };
  const startedMonoUs = clock.monoUs();
  const args = prepareTinyGuest('nestwatch-canary', accelerator, scratch);
  let reason = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    progress(`attempt ${attempt}`);
    const result = await bootOnce(qemu, args, context);
    if (typeof result !== 'string') return measured(clock, about, startedMonoUs, [result]);
    reason = result;
  }
  return without(
    clock,
    about,
    'FAILED',
    `a guest of four instructions did not run: ${reason}`,
    startedMonoUs,
  );
}

/** How long it took, or why it did not run. @throws when it is stopped */
async function bootOnce(
  qemu: string,
  args: readonly string[],
  { clock, signal }: WorkContext,
): Promise<Repetition | string> {
  const startedUs = clock.monoUs();
  try {
    const end = await runCommand(qemu, args, { signal, limitMs: LIMIT_MS });
    if (end.code === TINY_GUEST_RAN) return { durationUs: clock.monoUs() - startedUs, units: 1 };
    const said = end.complaint || end.stdout.trim().split('\n').at(-1) || '';
    return [`QEMU ${end.problem || 'ended with status 0'}`, said].filter((part) => part !== '').join(': ');
  } catch (error) {
    if (signal.aborted) throw error;
    return messageOf(error);
  }
}
