import { join } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import { type HistoryOptions, history } from '../../test/load/history.ts';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import { writeBatches } from '../ceiling/batches.ts';
import type { Figure } from '../figure.ts';
import type { Section, SectionContext } from '../section.ts';
import { type Drained, drain } from '../support/drain.ts';
import { fillStream } from '../support/full-stream.ts';
import { runProgram } from '../support/run-program.ts';
import { type BenchServers, startBenchServers } from '../support/servers.ts';

/** As the collector's settings are by default. */
const BATCH_MESSAGES = 500;
const IN_FLIGHT = 2;

interface CeilingResult {
  points: number;
  seconds: number;
  cpuSeconds: number;
}

/** The collector emptying a full stream, in turns with a bare process that posts the same lines ready-made. */
export const collectorSection: Section = {
  name: 'collector',
  meaning: 'points per second from a full stream to InfluxDB, against the ceiling',
  async run(context) {
    await using servers = await startBenchServers(context, 'collector');
    const template = await readTemplate();
    const samples = 30_000;
    const nodes = simulatedLabs(200, 'bench');
    const [drained, ceilings]: [Drained[], CeilingResult[]] = [[], []];
    const file = join(context.dir, 'batches.txt');
    await servers.provision();
    for (let turn = 0; turn < (context.quick ? 2 : 4) && !context.signal.aborted; turn += 1) {
      const wanted: HistoryOptions = {
        nodes,
        template,
        samples,
        intervalMs: 10_000,
        endUs: systemClock.wallUs(),
        seed: turn + 1,
      };
      await fillStream(servers, wanted, context);
      drained.push(await drain(servers, { database: `collector${turn}`, messages: samples }, context));
      await writeBatches(file, history(wanted), BATCH_MESSAGES);
      ceilings.push(await ceiling(servers, file, `ceiling${turn}`, context));
      context.log.info('collector against ceiling, points per second', {
        collector: Math.round(drained.at(-1)?.pointsPerSecond ?? 0),
        ceiling: Math.round(rate(ceilings.at(-1))),
      });
    }
    return { figures: figuresOf(drained, ceilings), absent: [] };
  },
};

async function ceiling(
  servers: BenchServers,
  file: string,
  database: string,
  { dist, signal }: SectionContext,
): Promise<CeilingResult> {
  const store = await servers.store(database);
  const url = servers.addresses.influxUrl + store.dialect.writePath;
  return runProgram(join(dist, 'bench/ceiling.mjs'), [file, url, String(IN_FLIGHT)], signal);
}

function rate(result: CeilingResult | undefined): number {
  return result === undefined ? Number.NaN : result.points / result.seconds;
}

function figuresOf(drained: readonly Drained[], ceilings: readonly CeilingResult[]): Figure[] {
  const rates = drained.map((each) => each.pointsPerSecond);
  return [
    {
      id: 'collector.of-ceiling',
      what: 'points/s from a full stream, of what a bare process posts to the same server',
      unit: 'percent',
      values: drained.map((each, turn) => (100 * each.pointsPerSecond) / rate(ceilings[turn])),
      budget: { atLeast: 70 },
      guarded: true,
      worse: 'lower',
    },
    {
      id: 'collector.cpu-of-ceiling',
      what: 'CPU per point, of that of the bare process',
      unit: 'ratio',
      values: drained.map((each, turn) => {
        const bare = ceilings[turn];
        return each.cpuSeconds / each.points / ((bare?.cpuSeconds ?? 0) / (bare?.points ?? 0));
      }),
      guarded: true,
      worse: 'higher',
    },
    { id: 'collector.points', what: 'points per second', unit: 'per second', values: rates },
    {
      id: 'collector.ceiling-points',
      what: 'points per second of the bare process',
      unit: 'per second',
      values: ceilings.map(rate),
    },
    {
      id: 'collector.messages',
      what: 'messages per second',
      unit: 'per second',
      values: drained.map((each) => each.messagesPerSecond),
    },
    {
      id: 'collector.cpu',
      what: 'CPU seconds per million points',
      unit: 'seconds',
      values: drained.map((each) => (1e6 * each.cpuSeconds) / each.points),
    },
    {
      id: 'collector.rss',
      what: 'resident memory while emptying a full stream, at most',
      unit: 'bytes',
      values: drained.map((each) => each.peakBytes),
    },
  ];
}
