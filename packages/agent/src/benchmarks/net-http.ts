import { defined } from '@nestwatch/common/defined';
import { absent } from '../host/host.ts';
import type { Benchmark, BySize, Target } from './benchmark.ts';
import { MIB } from './bytes.ts';
import { download, findAddress } from './download.ts';
import { type About, attempted, NODE, without } from './measure.ts';

interface Settings {
  targets: Target[];
  bytes: number;
  repetitions: number;
  limitMs: number;
}

const BYTES: BySize<number> = { tiny: MIB, small: 64 * MIB, full: 2_500_000_000 };
const REPETITIONS: BySize<number> = { tiny: 3, small: 3, full: 1 };

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
      return absent('no node serves a payload: net.http runs only in rounds of a lab');
    }
    return {
      state: 'ready',
      settings: {
        targets: [...targets],
        bytes: BYTES[size],
        repetitions: REPETITIONS[size],
        limitMs: config['benchmarks.http-time-limit'],
      },
    };
  },

  async *work({ targets, bytes, repetitions, limitMs }, context) {
    context.progress('looking for the addresses that answer');
    // All at once, as those that nobody answers at take their time.
    const found = await Promise.all(targets.map((target) => findAddress(target, context.signal)));
    for (const [at, target] of targets.entries()) {
      const address = found[at] ?? absent('it was not tried');
      const about: About = {
        variant: '',
        unit: 'byte',
        ...NODE,
        arguments: { bytes },
        target: target.node,
        targetName: target.name,
        ...defined({ distanceLayers: target.distanceLayers }),
      };
      if (address.state !== 'known') {
        yield without(context.clock, about, 'UNREACHABLE', address.reason);
        continue;
      }
      let serverRate: string | undefined;
      const act = async () => {
        const { clock, signal } = context;
        const { durationUs, rate } = await download(address.value, target, bytes, clock, signal, limitMs);
        serverRate = rate;
        return { durationUs, units: bytes };
      };
      const done = await attempted(context, about, act, repetitions);
      // A server that holds back measures its own limit: such results compare only with each other.
      yield { ...done, arguments: { ...done.arguments, ...defined({ serverRate }) } };
    }
  },
};
