import { expect, test } from 'vitest';
import { parseTargets } from '../../../src/alerting/targets/parse-targets.ts';
import { targetSink } from '../../../src/alerting/targets/sink.ts';
import { hostileAlert } from './hostile.ts';
import { startListener } from './listener.ts';

const PAGE = 'https://nestwatch.example.org/';
const LINK = 'https://nestwatch.example.org/lab/training/node/guest3';
/** As people see the hostile text: one line, and nothing that is not seen. */
const SEEN =
  '</a>"}]},{"x":1}  Bcc: evil@example.net    *b* _i_ `c` [t](http://evil) <!channel> <@U1> {{lab}} \ufffd[31m\ufffd\ufffd \ufffd';
const TITLE = `critical: slowdown-parent cpu.sha256 on ${SEEN}`;
const STORY = `${SEEN} is 2.42 times slower Since 39 min ago. Likely causes: (1) Steal in ${SEEN} rose (2) The host is slow`;
const PLACE = `lab training, layer 3, ${SEEN}`;

/** Tells one target of a hostile alert, and gives the request that it made. */
async function told(target: object, alert = hostileAlert(), given?: Parameters<typeof startListener>[0]) {
  await using listener = await startListener(given);
  const filled = JSON.parse(JSON.stringify(target).replaceAll('URL', listener.url));
  const [parsed] = parseTargets([{ name: 'people', ...filled }], { SECRET: 's3cret' });
  if (parsed === undefined) throw new Error('no target');
  await targetSink(parsed, PAGE, () => undefined).notify(alert, 0);
  const [request] = listener.received;
  return { request, body: JSON.parse(request?.text ?? 'null') };
}

test('slack: blocks of plain text, and a fallback without mentions, links or formats', async () => {
  const { request, body } = await told({ kind: 'slack', url: 'URL/services/T0/B0/x' });
  expect(request?.path).toBe('/services/T0/B0/x');
  expect(body.text).toContain('&lt;!channel&gt; &lt;@U1&gt;');
  expect(body.text).not.toMatch(/[<>]/);
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  expect(body.blocks).toEqual([
    { type: 'header', text: plain(`\u{1F534} ${TITLE}`) },
    { type: 'section', text: plain(STORY) },
    { type: 'context', elements: [plain(PLACE), { type: 'mrkdwn', text: `<${LINK}|Lab page>` }] },
  ]);
  const long = await told({ kind: 'slack', url: 'URL/x' }, hostileAlert({ name: '<'.repeat(5000) }));
  expect(long.body.blocks[0].text.text).toHaveLength(150);
  expect(long.body.text.length).toBeLessThan(1000);
});

test('teams: an adaptive card whose texts are never Markdown', async () => {
  const { body } = await told({ kind: 'teams', url: 'URL/workflows/x' }, hostileAlert({ state: 'resolved' }));
  expect(body.type).toBe('message');
  const [{ contentType, content }] = body.attachments;
  expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect([content.type, content.version]).toEqual(['AdaptiveCard', '1.4']);
  expect(content.actions).toEqual([{ type: 'Action.OpenUrl', title: 'Lab page', url: LINK }]);
  for (const block of content.body) {
    expect(block.type).toBe('RichTextBlock');
    expect(block.inlines).toEqual([expect.objectContaining({ type: 'TextRun', text: expect.any(String) })]);
  }
  const [heading, summary] = content.body;
  expect(heading.inlines[0]).toMatchObject({ color: 'Good', text: expect.stringMatching(/^\u2705 Over: /) });
  expect(summary.inlines[0].text).toBe(`${SEEN} is 2.42 times slower`);
});

test('ntfy: topic, title, message, priority and link as JSON, with a token or a user', async () => {
  const ntfy = { kind: 'ntfy', url: 'URL', topic: 'lab-x' };
  const { request, body } = await told({ ...ntfy, 'token-env': 'SECRET' });
  expect(request?.path).toBe('/');
  expect(request?.headers.authorization).toBe('Bearer s3cret');
  expect(body).toEqual({
    topic: 'lab-x',
    title: TITLE,
    message: `${STORY}\n${PLACE}`,
    priority: 5,
    tags: ['rotating_light'],
    click: LINK,
  });
  const long = hostileAlert({ details: Array.from({ length: 50 }, () => '€'.repeat(900)) });
  const cut = await told({ ...ntfy, user: 'me', password: 'p:w' }, long);
  expect(cut.request?.headers.authorization).toBe(`Basic ${Buffer.from('me:p:w').toString('base64')}`);
  expect(Buffer.byteLength(cut.body.message)).toBeLessThanOrEqual(4096);
  expect(cut.body.message).not.toContain('\ufffd\ufffd\ufffd');
});

test('telegram: no parse mode, bold by its place, and success only where its JSON says so', async () => {
  const telegram = { kind: 'telegram', url: 'URL', token: '123:abc', chat: -100123 };
  const { request, body } = await told(telegram);
  expect(request?.path).toBe('/bot123:abc/sendMessage');
  expect(Object.keys(body)).not.toContain('parse_mode');
  expect(body.chat_id).toBe(-100123);
  expect(body.text.length).toBeLessThanOrEqual(4096);
  const [{ type, offset, length }] = body.entities;
  expect(type).toBe('bold');
  expect(body.text.slice(offset, offset + length)).toMatch(/^\u{1F534} critical: slowdown-parent/u);
  expect(body.text.split('\n')).toHaveLength(4);
  expect(body.text.endsWith(`\n${LINK}`)).toBe(true);
  const refused = { status: 200, body: '{"ok":false,"description":"chat not found"}' };
  await expect(told(telegram, hostileAlert(), refused)).rejects.toThrow(
    /^http:\S+ answered 200: .*chat not found/,
  );
});

test('pagerduty: an incident that ends by the same key', async () => {
  const pagerduty = { kind: 'pagerduty', url: 'URL/v2/enqueue', key: 'R0' };
  const { body } = await told(pagerduty, hostileAlert(), { status: 202, body: '{"status":"success"}' });
  expect(body).toEqual({
    routing_key: 'R0',
    event_action: 'trigger',
    dedup_key: expect.stringMatching(/^nestwatch\/[0-9a-f]{12}\/1790000060000000$/),
    payload: {
      summary: `${SEEN} is 2.42 times slower`,
      source: expect.stringContaining('Bcc: evil'),
      severity: 'critical',
      timestamp: '2026-09-21T14:14:20.000Z',
      component: 'cpu.sha256',
      group: 'training',
      class: 'slowdown-parent',
      custom_details: expect.objectContaining({ layer: 3, parent: 'guest2', value: 2.42 }),
    },
    links: [{ href: LINK, text: 'Lab page' }],
    client: 'nestwatch',
    client_url: LINK,
  });
  expect(body.payload.summary.length).toBeLessThanOrEqual(1024);
  const over = await told(pagerduty, hostileAlert({ state: 'resolved', revision: 2 }));
  expect(over.body.event_action).toBe('resolve');
  expect(over.body.dedup_key).toBe(body.dedup_key);
});

test('webhook: a template keeps its structure, whatever a guest is called', async () => {
  const { request, body } = await told({
    kind: 'webhook',
    url: 'URL/hook',
    method: 'PUT',
    headers: { 'X-Source': 'nestwatch' },
    'token-header': 'X-Gotify-Key',
    'token-env': 'SECRET',
    body: {
      title: '{{severity}} in {{lab}}',
      message: '{{name}}',
      extras: ['{{layer}}', '{{resolvedAt}}', '{{causes}}'],
    },
  });
  expect([request?.method, request?.path]).toEqual(['PUT', '/hook']);
  expect(request?.headers).toMatchObject({ 'x-source': 'nestwatch', 'x-gotify-key': 's3cret' });
  expect(body).toEqual({
    title: 'critical in training',
    message: SEEN,
    extras: [3, null, [`Steal in ${SEEN} rose`, 'The host is slow']],
  });
  const whole = await told({ kind: 'webhook', url: 'URL/hook', user: 'me', password: 'x' });
  expect(whole.body).toMatchObject({ version: 1, lab: 'training', link: LINK, state: 'firing' });
});

test('who is told of ends, of which labs, and from which severity on', () => {
  const base = { name: 'x', kind: 'ntfy', topic: 't' };
  const [all, some] = parseTargets([
    base,
    { ...base, name: 'y', labs: ['training', 'prod-*-eu', '*x*'], severity: 'info' },
  ]);
  const sinks = [all, some].map((target) =>
    targetSink(target as NonNullable<typeof target>, '', () => undefined),
  );
  expect(sinks.map(({ name, leastSeverity }) => [name, leastSeverity])).toEqual([
    ['notify.x', 'warning'],
    ['notify.y', 'info'],
  ]);
  expect(sinks[0]?.takesLab).toBeUndefined();
  const takes = (lab: string) => sinks[1]?.takesLab?.(lab);
  expect(['training', 'prod-1-eu', 'axb', 'x'].map(takes)).toEqual([true, true, true, true]);
  expect(['training2', 'prod-1-us', 'prod-eu', 'default'].map(takes)).toEqual([false, false, false, false]);
});
