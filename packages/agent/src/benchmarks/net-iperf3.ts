import { pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import { absent } from '../host/host.ts';
import type { Benchmark, BySize } from './benchmark.ts';
import { GIB, MIB } from './bytes.ts';
import { runCommand } from './command.ts';
import { findProgram } from './find-program.ts';
import { repeated } from './measure.ts';

interface Settings {
  iperf3: string;
  host: string;
  port: number;
  bytes: number;
}

const BYTES: BySize<number> = { tiny: 16 * MIB, small: 64 * MIB, full: 2 * GIB };
const DEFAULT_PORT = 5201;

/** Plain TCP to an iperf3 server that the operator runs: what net.http measures, without HTTP. */
export const netIperf3: Benchmark<Settings> = {
  name: 'net.iperf3',
  meaning: 'send 64 MiB (full 2 GiB) by TCP to the server in benchmarks.iperf3-server by iperf3, 3 times',

  async plan({ size, config }) {
    const server = config['benchmarks.iperf3-server'];
    if (server === '') return absent('no server is named in benchmarks.iperf3-server');
    const iperf3 = await findProgram(['iperf3']);
    if (iperf3 === undefined) return absent('iperf3 is not installed');
    return { state: 'ready', settings: { iperf3, ...parseServer(server), bytes: BYTES[size] } };
  },

  async *work({ iperf3, host, port, bytes }, context) {
    const to = ['--client', host, '--port', String(port)];
    let engineVersion = '';
    const measurement = await repeated(
      context,
      { variant: 'tcp', unit: 'byte', engine: 'iperf3', engineVersion, arguments: { bytes, streams: 1 } },
      async () => {
        const answer = await sendOnce(iperf3, to, bytes, context.signal);
        engineVersion = answer.version;
        return { durationUs: answer.durationUs, units: answer.bytes };
      },
    );
    yield { ...measurement, engineVersion };
  },
};

const ATTEMPTS = 5;
const BUSY_PAUSE_MS = 500;

/** Once more while the server has not yet done with the client before: it serves one at a time. */
async function sendOnce(iperf3: string, to: readonly string[], bytes: number, signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    // It ends with status 1, and its reason in the JSON, when something failed.
    const { stdout } = await runCommand(iperf3, [...to, '--bytes', String(bytes), '--json'], { signal });
    try {
      return parseIperf3(stdout);
    } catch (error) {
      if (attempt === ATTEMPTS || !messageOf(error).includes('busy')) throw error;
      await pause(BUSY_PAUSE_MS, signal);
    }
  }
}

/** "host:port", "[address]:port" or a host alone. */
export function parseServer(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
  return { host: match?.[1] ?? match?.[2] ?? text, port: Number(match?.[3] ?? DEFAULT_PORT) };
}

/** The receiver's sums at the end of iperf3's JSON. @throws with iperf3's own reason when it failed */
export function parseIperf3(text: string) {
  const answer = JSON.parse(text) as {
    error?: string;
    start?: { version?: string };
    end?: { sum_received?: { bytes?: number; seconds?: number } };
  };
  const { bytes = 0, seconds = 0 } = answer.end?.sum_received ?? {};
  if (answer.error !== undefined || bytes === 0 || seconds === 0) {
    throw new Error(`iperf3: ${answer.error ?? 'nothing was received'}`);
  }
  return { version: (answer.start?.version ?? '').replace(/^iperf /, ''), bytes, durationUs: seconds * 1e6 };
}
