import { systemClock } from '@nestwatch/common/clock';
import { RetryableError } from '@nestwatch/common/errors';
import { silentLog } from '@nestwatch/common/log';
import { afterEach, expect, test } from 'vitest';
import type { Series } from '../../src/influx/query-answer.ts';
import { createPage } from '../../src/web/page.ts';
import { serveHttp } from '../../src/web/server.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const seen = (lab: string, node: string, own: Record<string, string> = {}): Series => ({
  name: 'nestwatch_report',
  tags: { lab, node, name: node, layer: '1', parent: 'none', ...own },
  rows: [{ time: systemClock.wallUs(), seq: 1 }],
});

/** A page over a store that answers each question so. */
async function pageOver(query: (influxql: string) => Promise<Series[]>): Promise<string> {
  const stop = new AbortController();
  const store = { query, queryThinned: query };
  const options = { store: () => store, clock: systemClock, refreshMs: 20, signal: stop.signal, slowMs: 20 };
  const at = { host: '127.0.0.1', port: 0, allowedHosts: [] };
  const server = await serveHttp(at, { '*': createPage(options) }, silentLog);
  stops.push(async () => {
    stop.abort();
    await server.close();
  });
  return server.url;
}

const reports =
  (...nodes: Series[]) =>
  async (influxql: string) =>
    influxql.includes('FROM "nestwatch_report"') ? nodes : [];

test('a slow InfluxDB leaves no blank page: it says so, and fills in when there is an answer', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = reports(seen('a', 'g1'));
  const url = await pageOver(async (influxql) => {
    await released;
    return answer(influxql);
  });
  const page = await fetch(`${url}/lab/a`);
  expect(page.status).toBe(200);
  const text = await page.text();
  expect(text).toContain('InfluxDB has not answered for some seconds');
  const events = /data-events="([^"]+)"/.exec(text)?.[1] ?? '';
  const listening = fetch(url + events.replaceAll('&#38;', '&'));
  release();
  const reader = (await listening).body?.getReader();
  let heard = '';
  while (!heard.includes('event: parts')) heard += new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
  expect(heard).toContain('<strong>1</strong> machine');
});

test('what cannot be read of what is different is said in its place, and the rest is shown', async () => {
  const answer = reports(seen('a', 'g1'));
  const url = await pageOver(async (influxql) => {
    if (influxql.includes('"news" = 1')) throw new RetryableError('too many series');
    return answer(influxql);
  });
  const text = await (await fetch(`${url}/`)).text();
  expect(text).toContain('Cannot read what changed: too many series.');
  expect(text).toContain('Layer 0 is missing: the hypervisor on hardware does not report.');
  expect(text).toContain('g1');
});

test('one machine in two labs is a row in each and is named; an InfluxDB that is away is said', async () => {
  const url = await pageOver(reports(seen('a', 'g1'), seen('b', 'g1'), seen('b', 'x'.repeat(250))));
  const text = await (await fetch(`${url}/`)).text();
  expect(text).toContain('g1 is in several labs under one id');
  expect(text.match(/<th scope="row">/g)).toHaveLength(2);
  const away = await pageOver(async () => {
    throw new RetryableError('nobody listens there');
  });
  const answer = await fetch(`${away}/lab/a`);
  expect([answer.status, (await answer.text()).includes('nobody listens there')]).toEqual([503, true]);
});
