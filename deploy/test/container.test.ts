import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agentSchema } from '@nestwatch/agent/runtime/config/schema';
import { envNames } from '@nestwatch/common/config/load';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { AGENT_NODE_FLAGS } from '../../packages/agent/src/runtime/config/node-flags.ts';

const deploy = resolve(import.meta.dirname, '..');
const read = (...path: string[]) => readFileSync(join(deploy, ...path), 'utf8');
const chart = 'helm/nestwatch-agent';
const templates = readdirSync(join(deploy, chart, 'templates')).map((name) => read(chart, 'templates', name));
const values = parse(read(chart, 'values.yaml')) as Record<string, unknown>;
/** Those of deploy/container/start.sh itself. */
const OWN = ['NESTWATCH_AGENT', 'NESTWATCH_COLLECTOR', 'NESTWATCH_INVITATION'];

test('the chart has the version of the product', () => {
  const { version } = JSON.parse(read('../package.json')) as { version: string };
  expect(parse(read(chart, 'Chart.yaml'))).toMatchObject({ version, appVersion: version });
});

test('every value that a template names is in values.yaml, and the other way round', () => {
  const named = templates.flatMap((text) =>
    [...text.matchAll(/\.Values\.([\w.]+)/g)].map((match) => match[1] ?? ''),
  );
  const has = (path: string) =>
    path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], values);
  expect(named.filter((path) => has(path) === undefined)).toEqual([]);
  const tops = new Set(named.map((path) => path.split('.')[0]));
  expect(Object.keys(values).filter((key) => !tops.has(key))).toEqual([]);
});

test('every variable is one that the agent knows', () => {
  const known = [...Object.entries(agentSchema).flatMap(([key, setting]) => envNames(key, setting)), ...OWN];
  const texts = [
    ...templates,
    read(chart, 'values.yaml'),
    read('container/start.sh'),
    read('container/Containerfile'),
  ];
  const named = texts.flatMap((text) => text.match(/\bNESTWATCH_[A-Z_]+\b/g) ?? []);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('the container starts Node as the packages do', () => {
  const lines = read('container/start.sh').match(/node --.*/g) ?? [];
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toContain(`node ${AGENT_NODE_FLAGS.join(' ')} `);
});

test("the image has the collector's base", () => {
  const bases = (file: string) => read(file).match(/^FROM node:\S+/gm) ?? [];
  expect(bases('container/Containerfile')).toEqual(bases('compose/collector.Dockerfile'));
});
