import { join } from 'node:path';
import { absent } from '../host/host.ts';
import type { Benchmark, BySize } from './benchmark.ts';
import { MIB } from './bytes.ts';
import { mustRun } from './command.ts';
import { findProgram } from './find-program.ts';
import { tooLarge } from './limits.ts';
import { repeated } from './measure.ts';
import { writeThrough } from './sequential.ts';

interface Settings {
  fio: string;
  bytes: number;
  reads: number;
}

const BYTES: BySize<number> = { tiny: 8 * MIB, small: 128 * MIB, full: 1024 * MIB };
const READS: BySize<number> = { tiny: 500, small: 5000, full: 50_000 };
const BLOCK_BYTES = 4096;

/** Random reads around the page cache, by fio where it is installed: the latency of the virtual disk. */
export const diskFio: Benchmark<Settings> = {
  name: 'disk.fio',
  meaning:
    '5000 (full 50000) random direct reads of 4 KiB from a file of 128 MiB (full 1 GiB) by fio, 3 times',

  async plan({ size, limits }) {
    const fio = await findProgram(['fio']);
    if (fio === undefined) return absent('fio is not installed');
    const bytes = BYTES[size];
    return (
      tooLarge(limits, { diskBytes: bytes }) ?? {
        state: 'ready',
        settings: { fio, bytes, reads: READS[size] },
      }
    );
  },

  async *work({ fio, bytes, reads }, context) {
    const { signal, scratch } = context;
    const file = join(scratch, 'fio');
    context.progress('writing the file to read');
    await writeThrough(file, bytes, { signal, sync: true, fill: (chunk) => chunk.fill(0x5a) });
    let engineVersion = '';
    const measurement = await repeated(
      context,
      {
        variant: 'random read',
        unit: 'operation',
        engine: 'fio',
        engineVersion,
        arguments: { bytes, reads, blockBytes: BLOCK_BYTES, direct: true, ioengine: 'psync' },
      },
      async () => {
        const output = await mustRun(fio, fioArguments(file, bytes, reads), { signal, cwd: scratch });
        const answer = parseFio(output);
        engineVersion = answer.version;
        return { durationUs: answer.durationUs, units: answer.reads };
      },
    );
    yield { ...measurement, engineVersion };
  },
};

/** A finite job, and --readonly so that fio refuses to write whatever is asked. */
function fioArguments(file: string, bytes: number, reads: number): string[] {
  const job = {
    name: 'nestwatch',
    filename: file,
    size: bytes,
    rw: 'randread',
    bs: BLOCK_BYTES,
    number_ios: reads,
    norandommap: 1,
    ioengine: 'psync',
    direct: 1,
    'output-format': 'json',
  };
  return ['--readonly', ...Object.entries(job).map(([name, value]) => `--${name}=${value}`)];
}

/**
 * fio's JSON: the sum of the latencies of all reads, which is finer than `runtime` in whole ms.
 * @throws when it is not such JSON
 */
export function parseFio(text: string) {
  const answer = JSON.parse(text.slice(text.indexOf('{'))) as {
    'fio version'?: string;
    jobs?: { error?: number; read?: { total_ios?: number; lat_ns?: { mean?: number } } }[];
  };
  const [job] = answer.jobs ?? [];
  const reads = job?.read?.total_ios ?? 0;
  const meanNs = job?.read?.lat_ns?.mean ?? 0;
  if (job?.error !== 0 || reads === 0 || meanNs === 0)
    throw new Error(`fio read nothing, error ${job?.error}`);
  const version = (answer['fio version'] ?? '').replace(/^fio-/, '');
  return { version, reads, durationUs: (meanNs * reads) / 1000 };
}
