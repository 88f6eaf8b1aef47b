import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { STREAM, streamSubjects, subjects, v1 } from '@nestwatch/proto';
import { startTestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';
import { askForRounds } from '../../src/operators/round.ts';

test('a further round of one person takes the place of his oldest, and of nobody else', async () => {
  const nats = await startTestNats();
  const connection = await nats.connect();
  await (await jetstreamManager(connection)).streams.add({ name: STREAM, subjects: streamSubjects });
  const ask = askForRounds(connection, STREAM);
  const heard: string[] = [];
  const follow = (name: string, nominalMs: number) =>
    ask(
      { lab: 'lab', benchmarks: [], size: '', nominalMs, windowSeconds: 1, followMs: 3_600_000 },
      { name, tell: () => void heard.push(`${name} ${nominalMs}`) },
    );
  for (let round = 1; round <= 7; round += 1) await follow('alice', round);
  await follow('bob', 1);
  await connection.flush();
  const node = await nats.connect();
  for (let nominalMs = 1; nominalMs <= 7; nominalMs += 1)
    node.publish(subjects.roundReply('lab', 'n'), v1.RoundReply.encode({ nominalMs }).finish());
  await node.flush();
  await expect.poll(() => heard.length, PATIENT).toBe(6);
  await connection.flush();
  expect(heard.sort()).toEqual(['alice 3', 'alice 4', 'alice 5', 'alice 6', 'alice 7', 'bob 1']);

  const stored = { benchmark: 'cpu.sha256', round: `cpu.sha256@${new Date(6).toISOString()}` };
  await jetstream(node).publish(
    subjects.report('lab', 'n', 'benchmark'),
    v1.BenchmarkResult.encode(stored).finish(),
  );
  await expect.poll(() => heard.slice(6), PATIENT).toEqual(['alice 6']);
  await nats.stop();
});
