import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { createLog } from '@nestwatch/common/log';
import { startServer } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses } from '@nestwatch/deploy/local/processes';
import { findTool, NATS_SERVER } from '@nestwatch/deploy/local/tools';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createCollector } from '../../src/rounds/ask-collector.ts';

const dir = temporaryFolder('ask-collector');
const processes = createProcesses(dir);
const never = new AbortController().signal;
let port = 0;

// A node of 0.1.0's permissions, one with an account of its own, and a collector.
const CONFIG = `accounts {
  NESTWATCH {
    users: [
      { user: collector, password: p }
      { user: older, password: p, permissions: { publish: ["nestwatch.lab.older.sync"], subscribe: ["_INBOX.>"] } }
    ]
    exports: [ { service: "nestwatch.*.*.turn" } ]
  }
  NODE {
    users: [ { user: node, password: p } ]
    imports: [ { service: { account: NESTWATCH, subject: "nestwatch.lab.node.turn" } } ]
  }
}`;

beforeAll(async () => {
  port = await freePort();
  const config = [`listen: "127.0.0.1:${port}"`, CONFIG];
  const binary = findTool(NATS_SERVER) ?? NATS_SERVER.command;
  const answers = async () => {
    const made = await connect({ port, user: 'collector', pass: 'p', reconnect: false }).catch(
      () => undefined,
    );
    await made?.close();
    return made !== undefined;
  };
  await startServer(
    processes,
    { name: 'nats-server', binary, dir: join(dir, 'nats'), port, flag: '-c', config },
    answers,
  );
});
afterAll(() => processes.stopAll());

async function asker(user: string) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void lines.push(line) });
  const connection = await connect({ port, user, pass: 'p' });
  const subject = `nestwatch.lab.${user}.turn`;
  return {
    connection,
    lines,
    collector: createCollector({ connection, subject, does: 'grants turns', log }),
  };
}

test('without the right to ask, one line says what to do', async () => {
  const { connection, lines, collector } = await asker('older');
  for (let tries = 0; tries < 3; tries += 1) {
    expect(await collector.ask(new Uint8Array(), 5000, never)).toBeUndefined();
  }
  expect(collector.silence()).toMatch(
    /is not permitted to ask which collector grants turns: enrol it again with "nestwatch enroll"/,
  );
  expect(lines).toEqual([
    expect.stringMatching(
      /^warn +this node is not permitted to ask which collector grants turns: enrol it again/,
    ),
  ]);
  await connection.close();
});

test('where nobody answers, in another account, it is said once, and once when somebody does', async () => {
  const { connection, lines, collector } = await asker('node');
  for (let tries = 0; tries < 3; tries += 1) {
    expect(await collector.ask(new Uint8Array(), 1000, never)).toBeUndefined();
  }
  expect(collector.silence()).toBe('no collector grants turns');
  const serving = await connect({ port, user: 'collector', pass: 'p' });
  serving.subscribe('nestwatch.*.*.turn', { callback: (_, question) => void question.respond('granted') });
  await vi.waitFor(async () => {
    const answer = await collector.ask(new Uint8Array(), 1000, never);
    expect(Buffer.from(answer ?? '').toString()).toBe('granted');
  }, PATIENT);
  expect(collector.silence()).toBe('');
  expect(lines).toEqual([
    expect.stringMatching(
      /^warn +no collector grants turns .*it requires a collector of this version or a newer one/,
    ),
    expect.stringMatching(/^info +a collector grants turns again/),
  ]);
  await Promise.all([connection.close(), serving.close()]);
});
