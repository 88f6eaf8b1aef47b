import { systemClock } from '@nestwatch/common/clock';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import type { Section } from '../section.ts';
import { type Drained, drain } from '../support/drain.ts';
import { fillStream } from '../support/full-stream.ts';
import { startRelay } from '../support/relay.ts';
import { startBenchServers } from '../support/servers.ts';

/** A long line to InfluxDB: then its round trip is the limit, neither its capacity nor this machine's. */
const ROUND_TRIP_MS = 400;
/** So small that one collector stays well below what InfluxDB takes. */
const BATCH_MESSAGES = 20;

/** Two collectors on one stream in turns with one, where InfluxDB is not the limit. */
export const shareSection: Section = {
  name: 'share',
  meaning: `two collectors against one, with InfluxDB ${ROUND_TRIP_MS} ms away and small batches`,
  async run(context) {
    await using servers = await startBenchServers(context, 'share');
    await using relay = await startRelay(Number(new URL(servers.addresses.influxUrl).port), ROUND_TRIP_MS);
    const template = await readTemplate();
    const nodes = simulatedLabs(100, 'share');
    const samples = 2000;
    const rates: [one: number[], two: number[]] = [[], []];
    await servers.provision();
    const env = {
      INFLUX_URL: `http://127.0.0.1:${relay.port}`,
      NESTWATCH_INGEST_BATCH: String(BATCH_MESSAGES),
      NESTWATCH_INGEST_IN_FLIGHT: '1',
      NESTWATCH_RETENTION_LONG: '0d',
    };
    for (let turn = 0; turn < (context.quick ? 2 : 4) && !context.signal.aborted; turn += 1) {
      const collectors = 1 + (turn % 2);
      const wanted = { nodes, template, samples, intervalMs: 10_000, seed: 100 + turn };
      await fillStream(servers, { ...wanted, endUs: systemClock.wallUs() }, context);
      const drained: Drained = await drain(
        servers,
        { database: `share${turn}`, messages: samples, env, collectors },
        context,
      );
      rates[turn % 2]?.push(drained.messagesPerSecond);
      context.log.info('messages per second', {
        collectors,
        rate: Math.round(drained.messagesPerSecond),
      });
    }
    const [one, two] = rates;
    return {
      figures: [
        {
          id: 'share.two-of-one',
          what: 'messages per second of two collectors, of those of one',
          unit: 'ratio',
          values: two.map((rate, at) => rate / (one[at] ?? Number.NaN)),
          budget: { atLeast: 1.8 },
          guarded: true,
          worse: 'lower',
        },
        { id: 'share.one', what: 'one collector', unit: 'per second', values: one },
        { id: 'share.two', what: 'two collectors', unit: 'per second', values: two },
      ],
      absent: [],
    };
  },
};
