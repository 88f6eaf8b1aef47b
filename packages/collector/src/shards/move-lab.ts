import type { JetStreamManager } from '@nats-io/jetstream';
import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import type { Shard } from './shard-file.ts';
import { changeLabs, labsOfStream, waitingFor } from './streams.ts';

const MOST_ATTEMPTS = 20;
const [STABLE_MS, AGAIN_MS] = [300, 200];

/** A shard in whose stream messages of a lab may wait still. */
export interface Waiting {
  readonly shard: string;
  /** Messages up to the lab's last one that are not written yet, those of other labs among them. */
  readonly messages: number;
}

const streamOf = ({ settings }: Shard) => settings['stream.name'] ?? '';

/**
 * Has what a lab's nodes send go to the stream of another shard: it is taken from the streams that have it, then given to
 * the one that is to have it. Between the two no stream has it: nodes keep what they send, and send it again. May be
 * repeated at any point. Once the second stream has it, NATS lets nobody give it to another.
 * @throws RetryableError when others change the streams all the time
 */
export async function moveSubjects(
  manager: JetStreamManager,
  lab: string,
  to: Shard,
  shards: readonly Shard[],
): Promise<void> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    for (const shard of shards) {
      if (shard === to || !(await labsOfStream(manager, streamOf(shard)))?.has(lab)) continue;
      await changeLabs(manager, streamOf(shard), (labs) => new Set([...labs].filter((each) => each !== lab)));
    }
    const given = await changeLabs(manager, streamOf(to), (labs) => new Set([...labs, lab]));
    // A collector that wrote the list of before at the same moment has undone it.
    await pause(given ? STABLE_MS : AGAIN_MS, new AbortController().signal);
    if (given && (await labsOfStream(manager, streamOf(to)))?.has(lab)) return;
  }
  throw new RetryableError(`lab ${lab} could not be given to shard ${to.name}: others change its stream`);
}

/** Where messages of a lab wait that its nodes sent before it moved. Nothing when all are written. */
export async function waitingIn(
  manager: JetStreamManager,
  lab: string,
  shards: readonly Shard[],
): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (const shard of shards) {
    const labs = await labsOfStream(manager, streamOf(shard));
    if (labs === undefined || labs.has(lab)) continue;
    const messages = await waitingFor(manager, streamOf(shard), lab);
    if (messages > 0) all.push({ shard: shard.name, messages });
  }
  return all;
}
