import { setTimeout as sleep } from 'node:timers/promises';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';

/** Buckets with more keys are checked as a whole only: what stands in them is found again by other means. */
const MOST_KEYS_READ = 64;
const MOST_CHECKS = 3;
const CHECK_AGAIN_MS = 100;
const MOST_WAIT_MS = 1000;

/**
 * Empties a bucket whose store was damaged so that the server acknowledges what it then cannot find: nats-server 2.9.10
 * does when a block is shorter than its index says, until the numbers pass those of the index. Emptied it keeps what it
 * takes, and goes on with its numbers. What collectors know of its contents they put back, as after its loss.
 * @returns whether it had to be
 */
export async function repairBucket(manager: JetStreamManager, stream: string): Promise<boolean> {
  if ((await damagedUpTo(manager, stream)) === undefined) return false;
  // Collectors that start together find the damage together. A purge that meets a write may lose it, so that one is to
  // repair it while the others wait, and these find it in order.
  await sleep(Math.random() * MOST_WAIT_MS);
  const last = await damagedUpTo(manager, stream);
  if (last === undefined) return false;
  // Up to here only: leases may have been taken since.
  await manager.streams.purge(stream, { seq: last + 1 });
  return true;
}

/** The last number that is known when a stream turns out to be damaged; undefined when it is not. */
async function damagedUpTo(manager: JetStreamManager, stream: string): Promise<number | undefined> {
  const { state, config } = await manager.streams.info(stream);
  if (!isInOrder(state)) return state.last_seq;
  const few = (state.num_subjects ?? 0) <= MOST_KEYS_READ;
  return !config.allow_direct || !few || (await keysAreFound(manager, stream)) ? undefined : state.last_seq;
}

/** The first number of an empty stream is the one after its last. */
function isInOrder({ first_seq, last_seq }: StreamInfo['state']): boolean {
  return first_seq <= last_seq + 1;
}

/** Whether each key that the server lists is found when it is asked for. */
async function keysAreFound(manager: JetStreamManager, stream: string): Promise<boolean> {
  let missing: readonly string[] = [];
  for (let check = 1; check <= MOST_CHECKS; check += 1) {
    const { state } = await manager.streams.info(stream, { subjects_filter: '>' });
    const listed = Object.keys(state.subjects ?? {});
    // One may have expired since it was listed, or be asked of a copy that lags: it must be missing each time.
    const suspects = check === 1 ? listed : listed.filter((subject) => missing.includes(subject));
    missing = await filterMissing(manager, stream, suspects);
    if (missing.length === 0) return true;
    await sleep(CHECK_AGAIN_MS);
  }
  return false;
}

async function filterMissing(
  manager: JetStreamManager,
  stream: string,
  subjects: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(
    subjects.map((subject) => manager.direct.getMessage(stream, { last_by_subj: subject })),
  );
  return subjects.filter((_, at) => found[at] === null);
}
