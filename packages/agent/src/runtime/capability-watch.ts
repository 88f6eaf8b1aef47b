import { type EventShape, type GuestShape, v1 } from '@nestwatch/proto';
import { changesBetween, fingerprintOf, type StableFacts, stableFacts } from '../capability/changes.ts';
import type { CapabilityBody } from '../capability/read-capability.ts';
import { guestChanges } from '../guests/guest-changes.ts';
import type { Found } from '../host/host.ts';

interface CapabilityWatchOptions {
  /** Cheap: called at every round. */
  findGuests(): Promise<Found<readonly GuestShape[]>>;
  /** This node's layer position, in any form that differs when it does: the collector may tell it late. */
  position(): string;
  /** Assesses everything; called at the start, when guests or position have changed, and every few rounds. */
  read(guests: Found<readonly GuestShape[]>): Promise<CapabilityBody>;
  send(body: CapabilityBody & { trigger: string }): void;
  event(body: EventShape): void;
  /** Told what differs from before, one short phrase for each fact. */
  onChanges?(changes: readonly string[]): void;
  /** Keeps the facts of the last assessment, so that what a reboot changed is noticed. Saving never rejects. */
  memory: { load(): StableFacts | undefined; save(facts: StableFacts): Promise<void> };
  /** ms between two rounds. */
  roundMs: number;
  /** Resolves when the next round is due, or the signal is aborted. */
  nextRound(): Promise<unknown>;
  /** ms between two assessments. One that finds nothing new is not sent. */
  assessEveryMs: number;
  /** ms after which it is sent all the same. */
  sendEveryMs: number;
  signal: AbortSignal;
}

/**
 * Sends the capability at the start, whenever it has changed, and after a time in any case. Guests that come and go,
 * and facts that differ from the last assessment (even of before a reboot), are events as well.
 */
export async function watchCapability(options: CapabilityWatchOptions): Promise<void> {
  const { findGuests, roundMs, nextRound, assessEveryMs, signal } = options;
  const assess = createAssessing(options);
  let guests: Found<readonly GuestShape[]> | undefined;
  let position = '';
  let assessedMs = 0;
  let elapsedMs = 0;
  do {
    const now = await findGuests();
    const changes = guests === undefined ? [] : guestChanges(runningIn(guests), runningIn(now));
    if (changes.length > 0) {
      const running = runningIn(now).length;
      const text = `${sentence(changes)}; running now: ${running}`;
      options.event({ kind: v1.Event.Kind.CHILDREN_CHANGED, text, magnitude: running });
    }
    const isNew = guests === undefined || changes.length > 0 || options.position() !== position;
    if (isNew || elapsedMs - assessedMs >= assessEveryMs) {
      position = options.position();
      await assess(now, elapsedMs);
      assessedMs = elapsedMs;
    }
    guests = now;
    elapsedMs += roundMs;
    await nextRound();
  } while (!signal.aborted);
}

/** Assesses, tells by an event what differs from before, and sends what is new or was not sent for long. */
function createAssessing({ read, send, event, onChanges, memory, sendEveryMs }: CapabilityWatchOptions) {
  let remembered = memory.load();
  let sent = '';
  let sentMs = 0;
  return async (guests: Found<readonly GuestShape[]>, elapsedMs: number): Promise<void> => {
    const found = await read(guests);
    const facts = stableFacts(found);
    const differences = remembered === undefined ? [] : changesBetween(remembered, facts);
    if (differences.length > 0) {
      const text = sentence(differences);
      event({ kind: v1.Event.Kind.CAPABILITY_CHANGED, text, magnitude: differences.length });
      onChanges?.(differences);
    }
    if (remembered === undefined || differences.length > 0) await memory.save(facts);
    remembered = facts;
    const fingerprint = fingerprintOf(found);
    if (fingerprint === sent && elapsedMs - sentMs < sendEveryMs) return;
    send({ ...found, trigger: triggerOf(sent, fingerprint) });
    sent = fingerprint;
    sentMs = elapsedMs;
  };
}

function triggerOf(sent: string, fingerprint: string): string {
  if (sent === '') return 'start';
  return sent === fingerprint ? 'interval' : 'change';
}

const runningIn = (guests: Found<readonly GuestShape[]>) => (guests.state === 'known' ? guests.value : []);

/** Phrases in one event's text; an event is a line on a time line, not a document. */
const MOST_PHRASES = 5;

function sentence(phrases: readonly string[]): string {
  const more = phrases.length - MOST_PHRASES;
  return phrases
    .slice(0, MOST_PHRASES)
    .concat(more > 0 ? `and ${more} more` : [])
    .join(', ');
}
