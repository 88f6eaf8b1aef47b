import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { LIMITS } from '@nestwatch/collector/cli/enroll/permissions';
import { subjects } from '@nestwatch/proto';
import { natsServers } from '@nestwatch/testkit/nats-servers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSecuredLab, type SecuredLab, type Way } from './secured-lab.ts';

/** A server has places for this many connections, and copies what is sent for each subscription to it. */
describe.each(natsServers())('nats-server $version', ({ binary }) => {
  const TRIED = LIMITS.connections + 8;
  let lab: SecuredLab;
  let keys: { a: string; b: string };
  const open: NatsConnection[] = [];

  async function start(way: Way): Promise<void> {
    lab = await createSecuredLab(way, binary);
    keys = { a: lab.enroll('a', '--lab', 'lab'), b: lab.enroll('b', '--lab', 'lab') };
    await lab.reload();
  }
  beforeEach(() => void open.splice(0));
  afterEach(async () => {
    await Promise.all(open.map((each) => each.close()));
    await lab[Symbol.asyncDispose]();
  });

  /** Opens connections of the node `a`, one by one, and gives those that the server keeps. */
  async function openMany(): Promise<NatsConnection[]> {
    const made: NatsConnection[] = [];
    for (let at = 0; at < TRIED; at += 1) {
      await lab.connect(keys.a, 'a').then(
        (each) => made.push(each),
        () => undefined,
      );
    }
    open.push(...made);
    const kept = await Promise.allSettled(made.map((each) => each.flush()));
    return made.filter((each, at) => kept[at]?.status === 'fulfilled' && !each.isClosed());
  }

  /** How many copies of one message come, where every connection hears it as often as the server lets it. */
  async function copies(listening: readonly NatsConnection[], sender: NatsConnection): Promise<number> {
    let heard = 0;
    for (const each of listening) {
      for (let at = 0; at < 60; at += 1) {
        each.subscribe('_INBOX.lab.a.x', { callback: (error) => void (error === null && heard++) });
      }
    }
    await Promise.all(listening.map((each) => each.flush()));
    sender.publish('_INBOX.lab.a.x', '');
    await sender.flush();
    await Promise.all(listening.map((each) => each.flush()));
    return heard;
  }

  test('in one account for all, a node opens and hears as much as it likes', async () => {
    await start('users');
    const opened = await openMany();
    expect(opened).toHaveLength(TRIED);
    expect(await copies(opened, await collector())).toBe(60 * TRIED);
  });

  test('in its own account a node has so many connections and subscriptions, and others have theirs', async () => {
    await start('accounts');
    const opened = await openMany();
    expect(opened).toHaveLength(LIMITS.connections);
    const [one] = opened;
    if (one === undefined) throw new Error('no connection is left');
    const answered = subjects.sync('lab', 'a');
    const from = await collector();
    from.subscribe(answered, { callback: (_, message) => void message.respond('') });
    await from.flush();
    let heard = 0;
    for (let at = 0; at < 60; at += 1) {
      one.subscribe('_INBOX.lab.a.x', { callback: (error) => void (error === null && heard++) });
    }
    await one.flush();
    one.publish(answered, '', { reply: '_INBOX.lab.a.x' });
    await expect.poll(() => heard, { timeout: 20_000 }).toBe(LIMITS.subscriptionsOfEach);
    const other = await lab.connect(keys.b, 'b');
    open.push(other);
    await other.flush();
  });

  async function collector(): Promise<NatsConnection> {
    const made = await lab.connect(join(lab.dir, '--collector.nk'));
    open.push(made);
    return made;
  }
});
