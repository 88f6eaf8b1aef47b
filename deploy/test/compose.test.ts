import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { envNames } from '@nestwatch/common/config/load';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const deploy = resolve(import.meta.dirname, '..');
const file = join(deploy, 'compose.yaml');

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  environment?: Record<string, string>;
  command?: string[];
  volumes?: string[];
  ports?: string[];
}
const compose = parse(readFileSync(file, 'utf8')) as { services: Record<string, Service>; volumes: object };
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }));

test.each(services)('$name is of one exact version', ({ image, build }) => {
  const images =
    image === undefined
      ? [
          ...readFileSync(join(deploy, build?.context ?? '', build?.dockerfile ?? ''), 'utf8').matchAll(
            /^FROM (\S+)/gm,
          ),
        ].map((match) => match[1])
      : [image];
  for (const reference of images) expect(reference).toMatch(/^[a-z/]+:\d+\.\d+(\.\d+)?[\w.-]*$/);
});

test.each(services)('$name mounts files that exist', ({ volumes = [] }) => {
  const files = volumes.map((volume) => volume.split(':')[0] ?? '').filter((from) => from.startsWith('.'));
  expect(files.filter((from) => !existsSync(join(deploy, from)))).toEqual([]);
  const named = volumes.map((volume) => volume.split(':')[0] ?? '').filter((from) => !from.startsWith('.'));
  expect(named.filter((name) => !(name in compose.volumes))).toEqual([]);
});

test('only NATS is open to other machines', () => {
  const open = services.flatMap(({ name, ports = [] }) =>
    ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} ${port}`),
  );
  expect(open).toEqual(['nats 4222:4222']);
});

test('the collector knows every setting it is given', () => {
  const known = Object.entries(collectorSchema).flatMap(([key, setting]) => envNames(key, setting));
  const given = Object.keys(compose.services['collector']?.environment ?? {});
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
});

test('Grafana is given every variable that its provisioning files name', () => {
  const { environment = {}, command = [] } = compose.services['grafana'] ?? {};
  const given = [...Object.keys(environment), ...command.flatMap((each) => /^(\w+)=/.exec(each)?.[1] ?? [])];
  const folder = join(deploy, 'grafana/provisioning');
  for (const name of [
    'datasources/influxdb-2.yaml',
    'dashboards/nestwatch.yaml',
    'alerting/nestwatch.json',
  ]) {
    const named = [...readFileSync(join(folder, name), 'utf8').matchAll(/\$\{(\w+)\}/g)].map(
      (match) => match[1],
    );
    expect(named.filter((variable) => !given.includes(variable ?? ''))).toEqual([]);
  }
});

test('every provisioning file is version 1, and its datasource has a fixed uid', () => {
  const folder = join(deploy, 'grafana/provisioning');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) {
    const content = parse(readFileSync(join(folder, name), 'utf8')) as {
      apiVersion: number;
      datasources?: { uid: string; type: string; jsonData: { version: string } }[];
    };
    expect(content.apiVersion).toBe(1);
    for (const { uid, type, jsonData } of content.datasources ?? []) {
      expect(uid).toMatch(/^nestwatch-influxdb(-long)?$/);
      expect([type, jsonData.version]).toEqual(['influxdb', 'InfluxQL']);
    }
  }
});
