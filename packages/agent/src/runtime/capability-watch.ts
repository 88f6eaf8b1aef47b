import { pause } from '@nestwatch/common/backoff';
import { type EventShape, type GuestShape, v1 } from '@nestwatch/proto';
import { changesBetween, fingerprintOf, stableFacts } from '../capability/changes.ts';
import type { CapabilityBody } from '../capability/read-capability.ts';
import { guestChanges } from '../guests/guest-changes.ts';
import type { Found } from '../host/host.ts';
import type { CapabilityMemory } from './capability-memory.ts';

export interface CapabilityWatchOptions {
  /** Cheap: called at every round. */
  findGuests(): Promise<Found<readonly GuestShape[]>>;
  /** This node's place in the lab, in any form that differs when it does: the collector may tell it late. */
  place(): string;
  /** Looks at everything; called at the start, when guests or place have changed, and every so many rounds. */
  read(guests: Found<readonly GuestShape[]>): Promise<CapabilityBody>;
  report(body: CapabilityBody & { trigger: string }): void;
  event(body: EventShape): void;
  memory: CapabilityMemory;
  /** ms between two rounds. */
  roundMs: number;
  /** ms between two looks at everything. A look that finds nothing new is not reported. */
  lookEveryMs: number;
  /** ms after which it is reported all the same. */
  reportEveryMs: number;
  signal: AbortSignal;
}

/**
 * Reports the capability at the start, whenever it has changed, and after a time in any case. Guests that come and go,
 * and facts that differ from the last report (even of before a reboot), are events as well.
 */
export async function watchCapability(options: CapabilityWatchOptions): Promise<void> {
  const { findGuests, read, report, memory, roundMs, lookEveryMs, reportEveryMs, signal } = options;
  let told = '';
  let remembered = memory.load();
  let guests: Found<readonly GuestShape[]> | undefined;
  let place = '';
  let sinceLookMs = 0;
  let sinceReportMs = 0;
  do {
    const now = await findGuests();
    const changes = guests === undefined ? [] : guestChanges(runningIn(guests), runningIn(now));
    if (changes.length > 0) options.event(childrenChanged(changes, runningIn(now).length));
    const moved = options.place() !== place;
    if (guests === undefined || moved || changes.length > 0 || sinceLookMs >= lookEveryMs) {
      place = options.place();
      const found = await read(now);
      const fingerprint = fingerprintOf(found);
      const facts = stableFacts(found);
      const differences = remembered === undefined ? [] : changesBetween(remembered, facts);
      if (differences.length > 0) options.event(capabilityChanged(differences));
      if (remembered === undefined || differences.length > 0) memory.save(facts);
      remembered = facts;
      if (fingerprint !== told || sinceReportMs >= reportEveryMs) {
        report({ ...found, trigger: triggerOf(told, fingerprint) });
        told = fingerprint;
        sinceReportMs = 0;
      }
      sinceLookMs = 0;
    }
    guests = now;
    sinceLookMs += roundMs;
    sinceReportMs += roundMs;
  } while (await pause(roundMs, signal));
}

function triggerOf(told: string, fingerprint: string): string {
  if (told === '') return 'start';
  return told === fingerprint ? 'interval' : 'change';
}

const runningIn = (guests: Found<readonly GuestShape[]>) => (guests.state === 'known' ? guests.value : []);

/** Phrases in one event's text; an event is a line on a time line, not a document. */
const MOST_PHRASES = 5;

function sentence(phrases: readonly string[]): string {
  const more = phrases.length - MOST_PHRASES;
  return [...phrases.slice(0, MOST_PHRASES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function childrenChanged(changes: readonly string[], running: number): EventShape {
  return {
    kind: v1.Event.Kind.CHILDREN_CHANGED,
    text: `${sentence(changes)}; running now: ${running}`,
    magnitude: running,
  };
}

function capabilityChanged(differences: readonly string[]): EventShape {
  return {
    kind: v1.Event.Kind.CAPABILITY_CHANGED,
    text: sentence(differences),
    magnitude: differences.length,
  };
}
