import { join, resolve } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { subjects, v1 } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

const dist = resolve(import.meta.dirname, '../../dist');

interface ReportingLab {
  lab: SecuredLab;
  store: Store;
  /** Files of the nodes' keys. */
  keys: Readonly<Record<'a' | 'b', string>>;
}

/** For the tests of a file: a secured lab with a collector, InfluxDB, and the nodes a and b of lab "lab". */
export function useReportingLab(): () => ReportingLab {
  let started: ReportingLab | undefined;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started?.lab[Symbol.asyncDispose]());
  return () => {
    if (started === undefined) throw new Error('the lab is started before the tests');
    return started;
  };
}

async function start(): Promise<ReportingLab> {
  const lab = await createSecuredLab();
  const keys = { a: lab.enroll('a', '--lab', 'lab'), b: lab.enroll('b', '--lab', 'lab') };
  await lab.reload();
  const { url } = await startTestInflux(lab.processes, lab.dir);
  const store = await openStore(influxConfig({ INFLUX_URL: url }));
  const trust = { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: join(lab.dir, '--collector.nk') };
  const servers = { natsUrl: lab.url, influxUrl: url };
  const { signal } = new AbortController();
  await startCollector(lab.processes, dist, servers, await freePort(), () => undefined, signal, trust);
  return { lab, store, keys };
}

/** Sends one report as node b, and resolves when it can be queried. */
export async function reportAsB(b: NatsConnection, store: Store): Promise<void> {
  const header = { lab: 'lab', node: 'b', name: 'b', boot: 'aaaaaaaa-bbbbbbbb', seq: 1 };
  const sample = v1.Sample.encode({ header: { ...header, wallUs: Date.now() * 1000 } }).finish();
  await jetstream(b).publish(subjects.report('lab', 'b', 'sample'), sample, { timeout: 60_000 });
  const written = async () => {
    const [series] = await store.query(`SELECT "seq" FROM "nestwatch_report" WHERE "node" = 'b'`);
    return series?.rows.length ?? 0;
  };
  await expect.poll(written, PATIENT).toBe(1);
}
