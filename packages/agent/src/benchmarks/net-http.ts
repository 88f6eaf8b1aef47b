import type { Benchmark, Measured, Repetition, Size, Target, WorkContext } from './benchmark.ts';
import { MIB } from './bytes.ts';
import { type Download, download, findAddress } from './download.ts';
import { type About, measured, without } from './measure.ts';

interface Settings {
  targets: Target[];
  bytes: number;
  repetitions: number;
  limitMs: number;
}

const BYTES: Readonly<Record<Size, number>> = { tiny: MIB, small: 64 * MIB, full: 2_500_000_000 };
const REPETITIONS: Readonly<Record<Size, number>> = { tiny: 3, small: 3, full: 1 };

/**
 * The article's network benchmark, from every node to every node: an HTTP download of a fixed number of bytes that
 * the other agent serves from memory. Which nodes serve is known only during a round.
 */
export const netHttp: Benchmark<Settings> = {
  name: 'net.http',
  meaning:
    'download 64 MiB 3 times (full 2.5 GB once) over HTTP from each node of the lab, this one included',

  async plan({ size, config, targets }) {
    if (targets.length === 0) {
      return { state: 'absent', reason: 'no node serves a payload: it is measured in rounds of a lab only' };
    }
    return {
      state: 'ready',
      settings: {
        targets: [...targets],
        bytes: BYTES[size],
        repetitions: REPETITIONS[size],
        limitMs: config.httpTimeLimitMs,
      },
    };
  },

  async *work({ targets, bytes, repetitions, limitMs }, context) {
    context.progress('looking for the addresses that answer');
    // All at once, as those that nobody answers at take their time.
    const found = await Promise.all(targets.map((target) => findAddress(target, context.signal)));
    for (const [at, target] of targets.entries()) {
      const address = found[at] ?? { state: 'unreachable', reason: 'it was not tried' };
      const about: About = {
        variant: '',
        unit: 'byte',
        engine: 'node',
        engineVersion: process.version,
        arguments: { bytes },
        ...{ target: target.node, targetName: target.name },
        ...(target.distanceLayers === undefined ? {} : { distanceLayers: target.distanceLayers }),
      };
      yield address.state === 'found'
        ? await measureTarget(context, about, target, address.url, { bytes, repetitions, limitMs })
        : without(context.clock, about, 'unreachable', address.reason);
    }
  },
};

async function measureTarget(
  context: WorkContext,
  about: About,
  target: Target,
  url: string,
  { bytes, repetitions, limitMs }: Pick<Settings, 'bytes' | 'repetitions' | 'limitMs'>,
): Promise<Measured> {
  const { clock, signal, progress } = context;
  const startedMonoUs = clock.monoUs();
  const done: Repetition[] = [];
  let rate: string | undefined;
  for (let at = 1; at <= repetitions; at++) {
    signal.throwIfAborted();
    progress(`from ${target.name}: ${at} of ${repetitions}`);
    const got: Download = await download(url, target, bytes, clock, signal, limitMs);
    if (got.state !== 'complete') return without(clock, about, 'failed', got.reason, startedMonoUs);
    rate = got.rate;
    done.push({ durationUs: got.durationUs, units: bytes });
  }
  // A server that holds back measures its own limit: such results compare only with each other.
  const limited = rate === undefined ? {} : { serverRate: rate };
  return measured(clock, { ...about, arguments: { ...about.arguments, ...limited } }, startedMonoUs, done);
}
