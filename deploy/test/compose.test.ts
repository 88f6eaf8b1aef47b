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
  restart?: string;
  mem_limit?: string;
  pids_limit?: number;
  logging?: { options: Record<string, string> };
  security_opt?: string[];
  cap_drop?: string[];
  networks?: string[];
}
const text = readFileSync(file, 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: object };
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
  for (const reference of images) {
    // Another stage of the same file has no tag.
    expect(reference).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+[\w.-]*$/);
    expect(text).toMatch(new RegExp(`^# {3}${reference} +released 202\\d-\\d\\d-\\d\\d, by `, 'm'));
  }
});

test.each(services)('$name mounts files that exist', ({ volumes = [] }) => {
  // Packages are made by who wants to invite, by npm run package.
  const fixed = volumes.filter((volume) => !volume.endsWith(':/packages:ro'));
  const files = fixed.map((volume) => volume.split(':')[0] ?? '').filter((from) => from.startsWith('.'));
  expect(files.filter((from) => !existsSync(join(deploy, from)))).toEqual([]);
  const named = fixed.map((volume) => volume.split(':')[0] ?? '').filter((from) => !from.startsWith('.'));
  expect(named.filter((name) => !(name in compose.volumes))).toEqual([]);
});

test.each(services)('$name is bounded, and its log as well', (service) => {
  expect(service.mem_limit).toMatch(/^\d+[mg]$/);
  expect(service.pids_limit).toBeGreaterThan(0);
  expect(service.logging?.options).toEqual({ 'max-size': '10m', 'max-file': '5' });
  expect(service.security_opt).toEqual(['no-new-privileges:true']);
  // Its start-up script takes the rights of another user.
  if (service.name !== 'influxdb') expect(service.cap_drop).toEqual(['ALL']);
});

test('the admin of InfluxDB is known where it is made, and where tokens of less rights are', () => {
  const knowing = services.filter(({ environment = {} }) =>
    Object.values(environment).some((value) => String(value).includes('${INFLUX_TOKEN')),
  );
  expect(knowing.map(({ name }) => name)).toEqual(['influxdb', 'influx-tokens']);
});

test("NATS is reached over TLS only, and its authority is nobody else's", () => {
  for (const { environment = {} } of services)
    if ('NATS_URL' in environment) {
      expect(environment['NATS_URL']).toMatch(/^tls:/);
      expect(environment['NESTWATCH_NATS_CA']).toBe('/keys/ca.pem');
    }
  const having = services.filter(({ volumes = [] }) =>
    volumes.some((each) => each.startsWith('nats-authority:')),
  );
  expect(having.map(({ name }) => name)).toEqual(['accounts']);
});

test('only NATS and invitations are open to other machines', () => {
  const open = services.flatMap(({ name, ports = [] }) =>
    ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} ${port}`),
  );
  expect(open).toEqual(['nats 4222:4222', 'collector 9465:9465']);
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
