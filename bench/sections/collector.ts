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
    const [drained, ceilings, valuesPerPoint]: [Drained[], CeilingResult[], number[]] = [[], [], []];
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
      const batches = await writeBatches(file, history(wanted), BATCH_MESSAGES);
      valuesPerPoint.push(batches.values / batches.lines);
      ceilings.push(await ceiling(servers, file, `ceiling${turn}`, context));
      context.log.info('collector against ceiling, points per second', {
        collector: Math.round(drained.at(-1)?.pointsPerSecond ?? 0),
        ceiling: Math.round(rate(ceilings.at(-1))),
      });
    }
    return { figures: [...figuresOf(drained, ceilings), ...cpuFigures(drained, valuesPerPoint)], absent: [] };
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
      budget: { atLeast: 90 },
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
      id: 'collector.rss',
      what: 'resident memory while emptying a full stream, at most',
      unit: 'bytes',
      values: drained.map((each) => each.peakBytes),
    },
  ];
}

/** Up to 0.1 a message of a common guest gave so many points. */
const POINTS_OF_FIRST_RELEASE = 26;

/** What a point is has changed, so that its price alone says little: by points, by values, and by messages as points. */
function cpuFigures(drained: readonly Drained[], valuesPerPoint: readonly number[]): Figure[] {
  const perMillion = ({ cpuSeconds, points }: Drained) => (1e6 * cpuSeconds) / points;
  const pointsPerMessage = (each: Drained) => each.pointsPerSecond / each.messagesPerSecond;
  return [
    {
      id: 'collector.cpu',
      what: 'CPU seconds per million points',
      unit: 'seconds',
      values: drained.map(perMillion),
    },
    {
      id: 'collector.cpu-messages',
      what: `CPU seconds per million points, as if each message had ${POINTS_OF_FIRST_RELEASE} as in 0.1`,
      unit: 'seconds',
      values: drained.map((each) => (perMillion(each) * pointsPerMessage(each)) / POINTS_OF_FIRST_RELEASE),
      budget: { atMost: 3.5 },
    },
    {
      id: 'collector.cpu-values',
      what: 'CPU seconds per million field values',
      unit: 'seconds',
      values: drained.map((each, turn) => perMillion(each) / (valuesPerPoint[turn] ?? Number.NaN)),
    },
  ];
}
