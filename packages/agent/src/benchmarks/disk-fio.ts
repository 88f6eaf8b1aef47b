import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Repetition, Size } from './benchmark.ts';
import { MIB } from './bytes.ts';
import { mustRun } from './command.ts';
import { findProgram } from './find-program.ts';
import { tooLarge } from './limits.ts';
import { type About, measured } from './measure.ts';

interface Settings {
  fio: string;
  bytes: number;
  reads: number;
}

const BYTES: Readonly<Record<Size, number>> = { tiny: 8 * MIB, small: 128 * MIB, full: 1024 * MIB };
const READS: Readonly<Record<Size, number>> = { tiny: 500, small: 5000, full: 50_000 };
const REPETITIONS = 3;
const BLOCK_BYTES = 4096;

/** Random reads around the page cache, by fio where it is installed: the latency of the virtual disk. */
export const diskFio: Benchmark<Settings> = {
  name: 'disk.fio',
  meaning:
    '5000 (full 50000) random direct reads of 4 KiB from a file of 128 MiB (full 1 GiB) by fio, 3 times',

  async plan({ size, limits }) {
    const fio = await findProgram(['fio']);
    if (fio === undefined) return { state: 'absent', reason: 'fio is not installed' };
    const bytes = BYTES[size];
    if (bytes > limits.diskBytes) {
      return { state: 'absent', reason: tooLarge(bytes, limits.diskBytes, 'disk', 'disk-share') };
    }
    return { state: 'ready', settings: { fio, bytes, reads: READS[size] } };
  },

  async *work({ fio, bytes, reads }, context) {
    const { signal, clock, scratch } = context;
    const file = join(scratch, 'fio');
    context.progress('writing the file to read');
    await fill(file, bytes);
    const startedMonoUs = clock.monoUs();
    const repetitions: Repetition[] = [];
    let version = '';
    for (let at = 1; at <= REPETITIONS; at++) {
      context.progress(`${at} of ${REPETITIONS}`);
      const answer = parseFio(await mustRun(fio, fioArguments(file, bytes, reads), { signal, cwd: scratch }));
      version = answer.version;
      repetitions.push({ durationUs: answer.durationUs, units: answer.reads });
    }
    const about: About = {
      ...{ variant: 'random read', unit: 'operation', engine: 'fio', engineVersion: version },
      arguments: { bytes, reads, blockBytes: BLOCK_BYTES, direct: true, ioengine: 'psync' },
    };
    yield measured(clock, about, startedMonoUs, repetitions);
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

export interface FioAnswer {
  readonly version: string;
  readonly reads: number;
  readonly durationUs: number;
}

/**
 * fio's JSON: the sum of the latencies of all reads, which is finer than `runtime` in whole ms.
 * @throws when it is not such JSON
 */
export function parseFio(text: string): FioAnswer {
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

async function fill(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const chunk = Buffer.alloc(MIB, 0x5a);
    for (let at = 0; at < bytes; at += chunk.length) await file.write(chunk, 0, chunk.length, at);
    await file.sync();
  } finally {
    await file.close();
  }
}
