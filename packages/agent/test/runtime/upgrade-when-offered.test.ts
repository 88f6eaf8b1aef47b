import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test, vi } from 'vitest';
import { RefusedError } from '../../src/listener/ask.ts';
import { createUpgrader } from '../../src/runtime/upgrade-when-offered.ts';

const { Kind } = v1.Event;
const DEFAULTS = {
  upgrade: 'allowed',
  'packages.url': 'http://192.0.2.1:9465',
  'packages.key': `U${'A'.repeat(55)}`,
  'nats.nkey': '/etc/nestwatch/agent.nk',
} as const;

function upgrader(
  config: Partial<Record<keyof typeof DEFAULTS, string>> = {},
  stateDir = temporaryFolder('state'),
) {
  const helper = temporaryFolder('helper');
  writeFileSync(join(helper, 'kept.deb'), '');
  const end = new AbortController();
  const event = vi.fn();
  const fetch = vi.fn(async () => undefined as undefined);
  const agent = {
    config: { ...DEFAULTS, ...config, 'packages.helper': helper } as never,
    ...{ stateDir, signal: end.signal, log: silentLog, lab: 'lab', node: 'n' },
  };
  return { helper, end, event, fetch, stateDir, offered: createUpgrader(agent, { event }, fetch, '1.0.0') };
}

test('a node that does not allow it says so once for each offer, over restarts too', async () => {
  const { event, fetch, offered, stateDir } = upgrader({ upgrade: 'refused' });
  offered('1.1.0', 100_000);
  await vi.waitFor(() => expect(event).toHaveBeenCalledOnce(), PATIENT);
  expect(event.mock.calls[0]?.[0]).toMatchObject({
    kind: Kind.UPGRADE_REFUSED,
    text: expect.stringMatching(/does not allow/),
  });
  offered('1.1.0', 100_000);
  const again = upgrader({ upgrade: 'refused' }, stateDir);
  again.offered('1.1.0', 100_000);
  again.offered('1.2.0', 200_000);
  offered('0.9.0', 300_000);
  await vi.waitFor(
    () => expect(again.event.mock.calls.length + event.mock.calls.length).toBeGreaterThan(0),
    PATIENT,
  );
  expect(event).toHaveBeenCalledOnce();
  expect(fetch).not.toHaveBeenCalled();
});

test('an older or the same version is nothing to do', async () => {
  const { event, fetch, offered } = upgrader();
  offered('1.0.0', 100_000);
  offered('0.9.0', 100_000);
  await new Promise((done) => setImmediate(done));
  expect([event, fetch].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

test.each([
  [{ 'packages.key': '' }, 'packages.key is missing: run the line'],
  [{ 'nats.nkey': '' }, 'no key of its own'],
])('what lacks for it is said: %j', async (config, text) => {
  const { event, offered } = upgrader(config);
  offered('1.1.0', 100_000);
  await vi.waitFor(() => expect(event).toHaveBeenCalledOnce(), PATIENT);
  expect(event.mock.calls[0]?.[0]).toMatchObject({ text: expect.stringContaining(text) });
});

test('a download that breaks off is tried again, one that is refused is not', async () => {
  const { event, fetch, offered } = upgrader();
  fetch.mockRejectedValueOnce(new Error('ECONNRESET'));
  offered('1.1.0', 100_000);
  await vi.waitFor(() => expect(fetch).toHaveBeenCalledOnce(), PATIENT);
  expect(event).not.toHaveBeenCalled();
  fetch.mockRejectedValueOnce(new RefusedError('unknown node id or key'));
  await vi.waitFor(() => {
    offered('1.1.0', 100_000);
    expect(event).toHaveBeenCalledOnce();
  }, PATIENT);
  expect(event.mock.calls[0]?.[0]).toMatchObject({
    kind: Kind.UPGRADE_FAILED,
    text: expect.stringMatching(/unknown node id or key/),
  });
});

test('what the helper says is told, once', async () => {
  const { event, helper, offered, end, stateDir } = upgrader();
  offered('1.1.0', 100_000);
  await vi.waitFor(() => expect(existsSync(join(stateDir, 'upgrade.wanted'))).toBe(true), PATIENT);
  const answer = { madeMs: 100, atMs: 5, outcome: 'back', from: '1.0.0', to: '1.1.0', reason: 'no report' };
  writeFileSync(join(helper, 'answer.json'), JSON.stringify(answer));
  await vi.waitFor(() => expect(event).toHaveBeenCalledOnce(), PATIENT);
  expect(event.mock.calls[0]?.[0]).toMatchObject({
    ...{ kind: Kind.UPGRADE_FAILED, text: '1.1.0 was installed and did not work, 1.0.0 is back: no report' },
  });
  offered('1.1.0', 100_000);
  await new Promise((done) => setImmediate(done));
  expect(event).toHaveBeenCalledOnce();
  end.abort();
});
