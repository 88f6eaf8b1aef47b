import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve as fromHere, join } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import Ajv2020 from 'ajv/dist/2020.js';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remarksOn } from '../../packages/collector/test/support/exposition.ts';
import { SEEDED_LAB, seedLab } from '../support/seed-lab.ts';

let lab: TestLab;
let url: string;

beforeAll(async () => {
  lab = await createTestLab();
  await seedLab(lab.store, Date.now() * 1000);
  const passwords = join(lab.dir, 'htpasswd');
  writeFileSync(passwords, `ann:${hashSync('s3cret', 4)}\n`, { mode: 0o600 });
  url = (
    await lab.startCollector({
      NESTWATCH_PAGE_PASSWORD_FILE: passwords,
      NESTWATCH_METRICS_LAYERS: 'true',
    })
  ).url;
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const login = { authorization: `Basic ${Buffer.from('ann:s3cret').toString('base64')}` };
const get = (path: string, headers: Record<string, string> = login) => fetch(url + path, { headers });
const json = async <T>(path: string) => (await (await get(path)).json()) as T;

/** The file that people are given. */
const description = JSON.parse(
  readFileSync(fromHere(import.meta.dirname, '../../docs/reference/openapi.json'), 'utf8'),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(description, 'openapi');

/** What is wrong with an answer, by the schema that the file has for its path and status. */
function remarks(path: string, status: number, body: unknown): unknown {
  const content = description.paths[path].get.responses[status].content['application/json'];
  const valid = ajv.validate(`openapi${content.schema.$ref}`, body);
  return valid ? [] : ajv.errors;
}

test('without a login there is nothing but whether all is well', async () => {
  for (const path of [
    '/',
    '/assets/page.css',
    '/api/lab',
    '/api/v1/labs',
    '/events?lab=x',
    '/metrics',
    '/metrics/layers',
  ]) {
    const answer = await get(path, {});
    expect([path, answer.status]).toEqual([path, 401]);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="nestwatch"/);
  }
  expect((await get('/healthz', {})).status).toBe(200);
  expect((await get('/')).status).toBe(200);
});

test('every path of the OpenAPI file is answered as it says, and the file is what is served', async () => {
  expect(await (await get('/api/v1/openapi.json')).json()).toEqual(description);
  const paths = Object.keys(description.paths);
  expect(paths.length).toBeGreaterThan(4);
  const { nodes } = await json<{ nodes: { node: string }[] }>(`/api/v1/labs/${SEEDED_LAB}/nodes`);
  expect(nodes).toHaveLength(4);
  for (const path of paths) {
    const fill = (name: string, node: string) => path.replace('{lab}', name).replace('{node}', node);
    const there = fill(SEEDED_LAB, nodes[1]?.node ?? '');
    const takesHours = description.paths[path].get.parameters.some(
      ({ name }: { name: string }) => name === 'hours',
    );
    for (const query of takesHours ? ['', '?hours=48'] : ['']) {
      const answer = await get(there + query);
      expect([there, answer.status, answer.headers.get('content-type')]).toEqual([
        there,
        200,
        'application/json',
      ]);
      expect(remarks(path, 200, await answer.json())).toEqual([]);
    }
    if (takesHours) {
      for (const hours of ['0', '-1', 'x', '', '1e9', 'NaN']) {
        const answer = await get(`${there}?hours=${hours}`);
        expect([hours, answer.status, remarks(path, 400, await answer.json())]).toEqual([hours, 400, []]);
      }
    }
  }
  const { labs } = await json<{ labs: object[] }>('/api/v1/labs');
  expect(labs[0]).toMatchObject({ lab: SEEDED_LAB, nodes: 4, silent: expect.any(Number) });
});

test.each([
  '/api/v1/',
  '/api/v1/none',
  '/api/v1/labs/none/nodes',
  `/api/v1/labs/${SEEDED_LAB}/nodes/none`,
  '/api/v1/labs/%2e%2e/nodes',
])('%s is not there, and the answer says so as JSON', async (path) => {
  const answer = await get(path);
  expect(answer.status).toBe(404);
  expect(ajv.validate('openapi#/components/schemas/Error', await answer.json())).toBe(true);
});

test('/metrics and /metrics/layers are as Prometheus wants them, and have all layers', async () => {
  expect(remarksOn(await (await get('/metrics')).text())).toEqual([]);
  const answer = await get('/metrics/layers');
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  expect(remarksOn(text)).toEqual([]);
  const layers = [...text.matchAll(/^nestwatch_node_info\{.*layer="(\d)".*\} 1$/gm)].map(
    ([, layer]) => layer,
  );
  expect(layers.toSorted()).toEqual(['0', '1', '2', '3']);
  expect(text).toMatch(/^nestwatch_cpu_time_steal_ratio\{lab="\w+",node="[\w-]+",layer="3"\} [\d.]+$/m);
});

test('nestwatch watch prints the same machines where there is no terminal', async () => {
  const nestwatch = (...words: string[]) =>
    new Promise<string>((resolve, reject) => {
      const env = { ...process.env, INFLUX_URL: lab.servers.influxUrl, NATS_URL: lab.servers.natsUrl };
      const path = fromHere(import.meta.dirname, '../../dist/nestwatch.mjs');
      execFile(process.execPath, [path, 'watch', ...words], { env }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr)),
      );
    });
  const [heading, title, ...rows] = (await nestwatch('--once')).split('\n');
  expect(heading).toMatch(/^4 machines in 1 lab · /);
  expect(title).toMatch(/^NODE +LAYER +HOSTS +STEAL/);
  expect(rows.filter((line) => line !== '').map((line) => /^ *(\w+)/.exec(line)?.[1])).toEqual([
    'guest0',
    'guest1',
    'guest2',
    'guest3',
  ]);
  const reading = JSON.parse(await nestwatch('--once', '--json', SEEDED_LAB));
  expect(reading.rows).toHaveLength(4);
  expect(reading.rows[3]).toMatchObject({ name: 'guest3', layer: 3, exitUs: expect.any(Number) });
  await expect(nestwatch('none')).rejects.toThrow(`unknown lab none; known: ${SEEDED_LAB}`);
  await expect(nestwatch('--every', '0s')).rejects.toThrow('give a time from 1s to 1h');
});
