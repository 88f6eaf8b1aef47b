import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { silentLog } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import { DEAD_STREAM, type HeaderShape, KINDS, type Kind, subjects, v1 } from '@nestwatch/proto';
import type { TestLab } from '@nestwatch/testkit/lab';

const TYPES = {
  sample: v1.Sample,
  event: v1.Event,
  capability: v1.Capability,
  benchmark: v1.BenchmarkResult,
};

/** Sends as nodes of lab "lab", with the headers that agents send unless they are told otherwise. */
export async function openSenders(natsUrl: string) {
  const connection = await connect({ servers: natsUrl });
  const stream = jetstream(connection, { timeout: 60_000 });
  const seqs = new Map<string, number>();
  const nextSeq = (run: string) => {
    const seq = (seqs.get(run) ?? 0) + 1;
    seqs.set(run, seq);
    return seq;
  };
  // No two messages stand at one time.
  let lastUs = 0;
  const nextUs = () => {
    lastUs = Math.max(lastUs + 1, Date.now() * 1000);
    return lastUs;
  };
  return {
    connection,
    send(node: string, body: object = {}, changed: Partial<HeaderShape> = {}, kind: Kind = 'sample') {
      const boot = changed.boot ?? 'aaaaaaaa-bbbb';
      const header = {
        lab: 'lab',
        node,
        boot,
        seq: nextSeq(`${node} ${boot}`),
        wallUs: nextUs(),
        monoUs: 1,
        agentVersion: '1',
        intervalMs: 10_000,
        name: node,
        ...changed,
      };
      const bytes = TYPES[kind].encode({ header, ...body }).finish();
      return stream.publish(subjects.report('lab', node, kind), bytes);
    },
    sendBytes: (node: string, bytes: Uint8Array) =>
      stream.publish(subjects.report('lab', node, 'sample'), bytes),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

export type Senders = Awaited<ReturnType<typeof openSenders>>;

const LIMIT_MS = 60_000;

/**
 * Sends as the victim, again after a refusal as agents do, and says how long it took until the message could be queried, ms.
 * From 2.11 on a stream refuses what comes while 10,000 messages wait for it.
 */
export async function victimDelayMs(lab: TestLab, senders: Senders): Promise<number> {
  const boot = `victim-${Math.random().toString(36).slice(2)}`;
  const startedMs = performance.now();
  const again = { log: silentLog, failing: 'refused', maxMs: 250, signal: AbortSignal.timeout(LIMIT_MS) };
  await retryUntil(() => senders.send('b', { load: { load1: 1 } }, { boot }), again);
  const query = `SELECT "seq" FROM "nestwatch_report" WHERE "node" = 'b' AND "boot" = '${boot}'`;
  for (;;) {
    if ((await lab.store.query(query)).length > 0) return performance.now() - startedMs;
    if (performance.now() - startedMs > LIMIT_MS) return Number.POSITIVE_INFINITY;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How many dead letters of a node there are. */
export async function countLetters(senders: Senders, node: string): Promise<number> {
  const manager = await jetstreamManager(senders.connection, { timeout: 60_000 });
  const { state } = await manager.streams.info(DEAD_STREAM, { subjects_filter: subjects.dead('lab', node) });
  return state.subjects?.[subjects.dead('lab', node)] ?? 0;
}

/** What stands in the dead letters of a node. */
export async function lettersOf(senders: Senders, node: string) {
  const manager = await jetstreamManager(senders.connection, { timeout: 60_000 });
  const found: (ReturnType<typeof v1.DeadLetter.decode> & { size: number })[] = [];
  for (let seq = 1; ; ) {
    // The server knows next_by_subj; the client's type does not.
    const next = { seq, next_by_subj: subjects.dead('lab', node) };
    const message = await manager.streams.getMessage(DEAD_STREAM, next).catch(() => undefined);
    if (message === undefined || message === null) return found;
    found.push(Object.assign(v1.DeadLetter.decode(message.data), { size: message.data.length }));
    seq = message.seq + 1;
  }
}

/** Nonsense of all sorts: no protobuf, random bytes, fields that nobody knows, subjects that there are not. */
function nonsense(lab: string, node: string): Buffer {
  const publish = (subject: string, bytes: Buffer) => [
    Buffer.from(`PUB ${subject} ${bytes.length}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ];
  const junk = KINDS.flatMap((kind) => publish(subjects.report(lab, node, kind), Buffer.from([1, 2, 3])));
  const many = Array.from({ length: 300 }, () => junk).flat();
  const sample = subjects.report(lab, node, 'sample');
  return Buffer.concat([
    ...many,
    ...publish(sample, randomBytes(5000)),
    ...publish(sample, Buffer.alloc(20_000, 'x')),
    ...publish(`nestwatch.${lab}.${node}.nonsense`, Buffer.from('x')),
  ]);
}

/** Sends nonsense as a node, as fast as the server takes it, without waiting for an answer. It costs the sender nearly nothing. */
export async function openFlood(natsPort: number, lab: string, node: string) {
  const socket = connectSocket(natsPort, '127.0.0.1');
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('data', (data) => void (data.includes('PING') && socket.write('PONG\r\n')));
  socket.write('CONNECT {"verbose":false}\r\n');
  const bytes = nonsense(lab, node);
  const ended = new AbortController();
  socket.once('close', () => ended.abort());
  const sending = (async () => {
    while (!ended.signal.aborted) {
      if (socket.write(bytes)) await setImmediate();
      else await once(socket, 'drain', { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    /** @throws where the server ended it before: then it was none */
    async stop(): Promise<void> {
      if (failure !== undefined) throw failure;
      socket.destroy();
      await sending;
    },
  };
}
