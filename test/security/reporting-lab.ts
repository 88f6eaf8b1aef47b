import { join, resolve } from 'node:path';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { freePort } from '../../deploy/local/ports.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

const dist = resolve(import.meta.dirname, '../../dist');

export interface ReportingLab extends AsyncDisposable {
  lab: SecuredLab;
  store: Store;
  /** Files of the nodes' keys. */
  keys: Readonly<Record<'a' | 'b', string>>;
}

/** A secured lab with a collector, InfluxDB, and the nodes a and b of lab "lab". */
export async function createReportingLab(): Promise<ReportingLab> {
  const lab = await createSecuredLab();
  const keys = { a: lab.enroll('a', '--lab', 'lab'), b: lab.enroll('b', '--lab', 'lab') };
  await lab.reload();
  const { url } = await startTestInflux(lab.processes, lab.dir);
  const store = await openStore(influxConfig({ INFLUX_URL: url }));
  const trust = { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: join(lab.dir, '--collector.nk') };
  const servers = { natsUrl: lab.url, influxUrl: url };
  const { signal } = new AbortController();
  await startCollector(lab.processes, dist, servers, await freePort(), () => undefined, signal, trust);
  return { lab, store, keys, [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose]() };
}
