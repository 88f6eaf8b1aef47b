import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { alertingSettings } from '../../../src/alerting/settings.ts';
import { createCallers } from '../../../src/alerting/sinks/index.ts';
import { hostileAlert } from '../targets/hostile.ts';
import { startListener } from '../targets/listener.ts';

test('Alertmanager and the webhook: a user, an own authority, and the link to the page', async () => {
  const dir = temporaryFolder('callers');
  const [key, ca] = [join(dir, 'key.pem'), join(dir, 'ca.pem')];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', ...made, ...subject, '-keyout', key, '-out', ca], { stdio: 'pipe' });
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(ca, 'utf8') };
  await using listener = await startListener({ status: 200, body: '' }, tls);
  const flags = {
    'alertmanager.url': `${listener.url}/prefix/`,
    'alertmanager.username': 'nestwatch',
    'alertmanager.password': 's3cret',
    'alertmanager.ca': ca,
    'webhook.url': `${listener.url}/hook`,
    'webhook.username': 'hook',
    'webhook.password': 'other',
    'webhook.ca': ca,
    'page.url': 'https://nestwatch.example.org/base',
  };
  const callers = createCallers(loadConfig(alertingSettings, { env: {}, flags }), () => undefined);
  for (const sink of callers) await sink.notify(hostileAlert(), 1_790_000_060_000_000);
  const link = 'https://nestwatch.example.org/base/lab/training/node/guest3';
  const [alerts, hook] = listener.received;
  const login = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect([alerts?.path, alerts?.headers.authorization]).toEqual([
    '/prefix/api/v2/alerts',
    login('nestwatch:s3cret'),
  ]);
  expect(JSON.parse(alerts?.text ?? '')).toMatchObject([{ generatorURL: link, labels: { lab: 'training' } }]);
  expect([hook?.path, hook?.headers.authorization]).toEqual(['/hook', login('hook:other')]);
  expect(JSON.parse(hook?.text ?? '')).toMatchObject({ link, node: 'guest3' });
  // Without the authority nobody is trusted, and nothing is sent.
  const untrusting = createCallers(
    loadConfig(alertingSettings, { env: {}, flags: { 'webhook.url': `${listener.url}/hook` } }),
    () => undefined,
  );
  await expect(untrusting[0]?.notify(hostileAlert(), 0)).rejects.toThrow(/self.signed/);
  expect(listener.received).toHaveLength(2);
});
