import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Route {
  receiver: string;
  matchers?: string[];
  routes?: Route[];
}
interface Config {
  route: Route;
  receivers: ({ name: string } & Record<string, object[] | string>)[];
}
const folder = resolve(import.meta.dirname, '../alertmanager');
const textOf = (name: string) => readFileSync(resolve(folder, name), 'utf8');
const read = (name: string) => parse(textOf(name)) as Config;

const LABELS = ['alertname', 'severity', 'lab', 'node', 'name', 'layer', 'parent', 'subject'];

test.each(['alertmanager.yml', 'receivers.example.yml'])('%s routes to receivers that it has', (name) => {
  const { route, receivers } = read(name);
  const routes = [route, ...(route.routes ?? [])];
  const known = receivers.map((receiver) => receiver.name);
  expect(new Set(routes.map(({ receiver }) => receiver))).toEqual(new Set(known));
});

test('the example tells by mail, Slack, Teams, ntfy and PagerDuty, by labels that nestwatch sends', () => {
  const { route, receivers } = read('receivers.example.yml');
  const kinds = receivers.flatMap((receiver) =>
    Object.keys(receiver).filter((key) => key.endsWith('_configs')),
  );
  expect(kinds).toEqual([
    'email_configs',
    'slack_configs',
    'msteamsv2_configs',
    'webhook_configs',
    'pagerduty_configs',
  ]);
  for (const matcher of (route.routes ?? []).flatMap(({ matchers = [] }) => matchers))
    expect(LABELS).toContain(/^\w+/.exec(matcher)?.[0]);
  for (const [, label = ''] of textOf('receivers.example.yml').matchAll(/\.CommonLabels\.(\w+)/g))
    expect(LABELS).toContain(label);
});

test('no secret stands in the example itself', () => {
  const text = textOf('receivers.example.yml');
  const secrets =
    text.match(/^.*(password|api_url|webhook_url|credentials|routing_key|token).*: \S.*$/gm) ?? [];
  expect(secrets.length).toBeGreaterThan(4);
  for (const line of secrets) expect(line).toMatch(/_file: \/etc\/alertmanager\/secrets\//);
});
