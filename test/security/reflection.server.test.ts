import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { ACCOUNT, BUCKETS, KINDS, STREAM, subjects } from '@nestwatch/proto';
import { natsServers } from '@nestwatch/testkit/nats-servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReflectionLab, type ReflectionLab, SOURCES } from './reflection-lab.ts';

/**
 * A node's reply subject is not checked against its permissions: whoever may ask for an answer can have it published
 * anywhere in the account in which it is. So each attempt is made where nodes share an account with JetStream, where it is
 * seen to work, and where each has its own.
 */

/** Subjects on which a message does harm, with what it does it to. */
const api = (verb: string) => `$JS.API.${verb}`;
const HARMLESS_IF_ANSWERED = [
  ...[STREAM, ...Object.values(BUCKETS).map((bucket) => `KV_${bucket}`)].flatMap((stream) => [
    api(`STREAM.INFO.${stream}`),
    api(`STREAM.UPDATE.${stream}`),
    api(`STREAM.MSG.GET.${stream}`),
    api(`STREAM.SNAPSHOT.${stream}`),
    api(`CONSUMER.CREATE.${stream}`),
    api(`CONSUMER.CREATE.${stream}.spy`),
    api(`CONSUMER.DURABLE.CREATE.${stream}.spy`),
    api(`CONSUMER.LIST.${stream}`),
    api(`DIRECT.GET.${stream}`),
  ]),
  ...[
    'INFO',
    'STREAM.LIST',
    'STREAM.NAMES',
    'STREAM.CREATE.MINE',
    'STREAM.RESTORE.MINE',
    'STREAM.TEMPLATE.CREATE.MINE',
  ].map(api),
  api(`CONSUMER.MSG.NEXT.${STREAM}.ingest`),
  api(`STREAM.LEADER.STEPDOWN.${STREAM}`),
  ...['META.LEADER.STEPDOWN', 'SERVER.REMOVE', 'ACCOUNT.PURGE.NESTWATCH'].map(api),
  ...['b', 'x'].flatMap((node) => [
    ...KINDS.map((kind) => subjects.report('lab', node, kind)),
    subjects.dead('lab', node),
    subjects.sync('lab', node),
    subjects.turn('lab', node),
    subjects.payload('lab', node),
    subjects.roundReply('lab', node),
    subjects.written('lab', node),
    `_INBOX.lab.${node}.x`,
  ]),
  subjects.round('lab'),
  subjects.round('other'),
  subjects.alerts('lab'),
  ...['silence', 'end-silence', 'accept', 'round'].map(subjects.operate),
  ...['alerts', 'silences'].map(subjects.read),
  '_INBOX.of-a-collector.x',
];
const WRITES = Object.values(BUCKETS).flatMap((bucket) => [
  `$KV.${bucket}.lab.b.run-1`,
  `$KV.${bucket}.place.lab.b`,
  `$KV.${bucket}.lab`,
]);
const DESTROYS = [
  api(`STREAM.PURGE.${STREAM}`),
  api(`STREAM.MSG.DELETE.KV_${BUCKETS.topology}`),
  api(`CONSUMER.DELETE.${STREAM}.ingest`),
  api(`STREAM.DELETE.${STREAM}`),
  // The bucket that `a` may read comes last: only its answers have no body, which a delete must not have.
  ...Object.values(BUCKETS)
    .sort((one, other) => Number(one === BUCKETS.watermarks) - Number(other === BUCKETS.watermarks))
    .map((bucket) => api(`STREAM.DELETE.KV_${bucket}`)),
];
const TARGETS = [...HARMLESS_IF_ANSWERED, ...WRITES, ...DESTROYS];

/** Has the server send every answer that `a` can get to a subject. */
async function reflect({ a }: ReflectionLab, targets: readonly string[]): Promise<void> {
  for (const reply of targets) {
    for (const source of Object.values(SOURCES)) a.publish(source, '', { reply });
  }
  await a.flush();
}

describe.each(natsServers())('nats-server $version', ({ binary }) => {
  describe('nodes in one account with JetStream, as before: the attempts work', () => {
    let lab: ReflectionLab;
    beforeAll(async () => {
      lab = await createReflectionLab('users', binary);
    });
    afterAll(() => lab?.[Symbol.asyncDispose]());

    test('answers reach every subject of others', async () => {
      lab.heard();
      await reflect(lab, [...HARMLESS_IF_ANSWERED, ...WRITES]);
      const wanted = [...HARMLESS_IF_ANSWERED, ...WRITES];
      const missed = new Set(wanted);
      await expect
        .poll(
          () => {
            for (const subject of lab.heard()) missed.delete(subject);
            return [...missed];
          },
          { timeout: 30_000 },
        )
        .toEqual([]);
      await expect.poll(() => lab.heardByVictim().length, { timeout: 30_000 }).toBeGreaterThan(0);
      const place = await (await new Kvm(lab.admin).open(BUCKETS.topology)).get('place.lab.b');
      expect(place?.string()).not.toBe('place of b');
    });

    test('answers purge and delete', async () => {
      await reflect(lab, DESTROYS);
      await expect
        .poll(async () => Object.keys(await lab.state()), { timeout: 30_000 })
        .toEqual(['NESTWATCH_DEAD']);
    });
  });

  describe.each(['accounts', 'jwt'] as const)('each node in an account of its own, by %s', (way) => {
    let lab: ReflectionLab;
    beforeAll(async () => {
      lab = await createReflectionLab(way, binary);
    });
    afterAll(() => lab?.[Symbol.asyncDispose]());

    test('no answer leaves it: nothing of others is written, purged, deleted or heard', async () => {
      const before = await lab.state();
      await lab.settled();
      lab.heard();
      lab.heardByVictim();
      await reflect(lab, TARGETS);
      await lab.settled();
      // The spy is where the harm would be done, and hears what is to be heard: what `a` may say.
      const heard = lab.heard();
      expect(heard).toEqual(expect.arrayContaining(Object.values(SOURCES)));
      expect(heard.filter((subject) => TARGETS.includes(subject))).toEqual([]);
      expect(lab.heardByVictim()).toEqual([]);
      expect(await lab.state()).toEqual(before);
      const kv = new Kvm(lab.admin);
      expect((await (await kv.open(BUCKETS.topology)).get('place.lab.b'))?.string()).toBe('place of b');
      expect((await (await kv.open(BUCKETS.watermarks)).get('lab.b.run-1'))?.string()).toBe('state of b');
    });

    test('an answer that is sent to the own subjects is a report or question of its own at most', async () => {
      lab.heardByVictim();
      const own = [
        ...Object.values(SOURCES),
        subjects.turn('lab', 'a'),
        subjects.written('lab', 'a'),
        '_INBOX.lab.a.x',
      ];
      await reflect(lab, own);
      await lab.settled();
      expect(
        lab
          .heard()
          .filter((subject) => subject.startsWith('nestwatch.') && !subject.startsWith('nestwatch.lab.a.')),
      ).toEqual([]);
      expect(lab.heardByVictim()).toEqual([]);
    });

    test('what a collector says to one node reaches that node alone', async () => {
      const toA: string[] = [];
      lab.a.subscribe(subjects.written('lab', 'a'), { callback: (_, { subject }) => void toA.push(subject) });
      await lab.a.flush();
      lab.heardByVictim();
      lab.admin.publish(subjects.written('lab', 'a'), 'x');
      lab.admin.publish(subjects.written('lab', 'b'), 'x');
      await lab.admin.flush();
      const victim: string[] = [];
      await expect
        .poll(() => [toA.length, victim.push(...lab.heardByVictim())], { timeout: 30_000 })
        .toEqual([1, 1]);
      await lab.settled();
      expect([...toA, ...victim, ...lab.heardByVictim()]).toEqual([
        subjects.written('lab', 'a'),
        subjects.written('lab', 'b'),
      ]);
    });

    test(`the account ${ACCOUNT} is reached by imports alone: JetStream does not answer nodes`, async () => {
      for (const subject of [api('INFO'), api('STREAM.NAMES'), `$KV.${BUCKETS.rounds}.lab.x.a`]) {
        await expect(lab.a.request(subject, '', { timeout: 10_000 })).rejects.toThrow(
          /Permissions Violation/,
        );
      }
      expect((await jetstream(lab.a).publish(subjects.report('lab', 'a', 'event'), 'x')).stream).toBe(STREAM);
    });
  });
});
