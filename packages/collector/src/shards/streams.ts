import { JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { CONSUMER, deadStreamOf, KINDS, labDeadSubjects, labSubjects } from '@nestwatch/proto';

/** JSStreamSubjectOverlapErr of nats-server. */
const SUBJECTS_OVERLAP = 10065;
const NOT_FOUND = 404;

/**
 * Subjects of a stream that has some labs only. NATS gives a stream without subjects its own name as one: with it, a stream
 * that has no lab yet is made in the same way.
 */
export function subjectsOf(stream: string, labs: Iterable<string>): string[] {
  return [stream, ...[...labs].sort().flatMap(labSubjects)];
}

export function deadSubjectsOf(stream: string, labs: Iterable<string>): string[] {
  return [deadStreamOf(stream), ...[...labs].sort().flatMap(labDeadSubjects)];
}

/** The labs of which a stream takes messages, by its subjects; undefined for all. */
export function labsIn({ config }: Pick<StreamInfo, 'config'>): ReadonlySet<string> | undefined {
  const labs = config.subjects.flatMap((subject) => {
    const [first, lab = '', , kind = ''] = subject.split('.');
    return first === 'nestwatch' && [...KINDS, 'dead'].includes(kind) ? [lab] : [];
  });
  return labs.includes('*') ? undefined : new Set(labs);
}

/** What the server says of a stream; undefined where there is none. @throws when NATS does not answer */
export function streamInfo(manager: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  return unlessMissing(manager.streams.info(stream));
}

/** The labs of a stream. None where there is no such stream; undefined for all. */
export async function labsOfStream(manager: JetStreamManager, stream: string) {
  const info = await streamInfo(manager, stream);
  return info === undefined ? new Set<string>() : labsIn(info);
}

/**
 * Gives a stream these labs, as they came out of what it had. Two who do it at once may lose a lab: its nodes keep what
 * they have, ask again, and it is added again.
 * @returns false where another stream has one of them
 */
export async function changeLabs(
  manager: JetStreamManager,
  stream: string,
  change: (labs: ReadonlySet<string>) => ReadonlySet<string>,
): Promise<boolean> {
  try {
    for (const [name, subjects] of [
      [stream, subjectsOf],
      [deadStreamOf(stream), deadSubjectsOf],
    ] as const) {
      const info = await manager.streams.info(name);
      const before = labsIn(info) ?? new Set<string>();
      const after = change(before);
      if (after.size === before.size && [...after].every((lab) => before.has(lab))) continue;
      await manager.streams.update(name, { ...info.config, subjects: subjects(stream, after) });
    }
    return true;
  } catch (error) {
    if (isOverlap(error)) return false;
    throw error;
  }
}

/**
 * How many messages of a stream stand up to the last one of a lab that no collector has written yet: 0 when all of the lab
 * are written, or gone by the stream's limits.
 */
export async function waitingFor(manager: JetStreamManager, stream: string, lab: string): Promise<number> {
  const lasts = await Promise.all(
    labSubjects(lab).map((subject) =>
      unlessMissing(manager.streams.getMessage(stream, { last_by_subj: subject })),
    ),
  );
  const last = Math.max(0, ...lasts.map((message) => message?.seq ?? 0));
  if (last === 0) return 0;
  const consumer = await unlessMissing(manager.consumers.info(stream, CONSUMER));
  if (consumer !== undefined && consumer.num_pending + consumer.num_ack_pending === 0) return 0;
  return Math.max(0, last - (consumer?.ack_floor.stream_seq ?? 0));
}

export function isOverlap(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === SUBJECTS_OVERLAP;
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === NOT_FOUND) return undefined;
    throw error;
  }
}
