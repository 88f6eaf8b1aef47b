import { rangesOf } from '@nestwatch/common/ranges';
import { type RunKey, runKey } from './run-key.ts';
import { type DeliveryState, emptyState, merge } from './state.ts';

/** One message whose fate is decided. */
export interface MessageOutcome extends RunKey {
  seq: number;
  outcome: 'written' | 'dead' | 'expired';
  freed: number;
  /** Wall clock in its header, µs since 1970; 0 when it could not be read. */
  wallUs: number;
  name: string;
  layer: number | undefined;
  parent: string;
}

interface Entry {
  written: number[];
  dead: number[];
  /** Of those written. */
  expired: number[];
  state: { -readonly [K in keyof DeliveryState]: DeliveryState[K] };
}

/** What this collector learnt since it last told the others. */
export function createPendingChanges() {
  let entries = new Map<string, Entry>();

  function at(key: string, runId: string): Entry {
    let found = entries.get(key);
    if (found === undefined) {
      found = { written: [], dead: [], expired: [], state: emptyState(runId) };
      entries.set(key, found);
    }
    return found;
  }

  return {
    record(message: MessageOutcome, nowUs: number): void {
      const entry = at(runKey(message), message.runId);
      entry[message.outcome].push(message.seq);
      if (message.outcome === 'expired') entry.written.push(message.seq);
      // In place: this runs for every message.
      const { state } = entry;
      state.received += 1;
      state.freed = Math.max(state.freed, message.freed);
      state.firstUs ||= nowUs;
      state.lastUs = nowUs;
      if (message.wallUs < state.lastWallUs) return;
      state.lastWallUs = message.wallUs;
      state.name = message.name;
      state.layer = message.layer;
      state.parent = message.parent;
    },
    /** Adds to the state of a run what is known of it beside its messages. */
    add(run: RunKey, changes: Partial<DeliveryState>): void {
      const entry = at(runKey(run), run.runId);
      entry.state = merge(entry.state, { ...emptyState(run.runId), ...changes });
    },
    /**
     * What was learnt since the last time, by key.
     * @param ofNode most runs of one node; what it has beyond stays pending. All by default
     */
    take(ofNode = Number.POSITIVE_INFINITY): Map<string, DeliveryState> {
      const states = new Map<string, DeliveryState>();
      const left = new Map<string, Entry>();
      const counts = new Map<string, number>();
      for (const [key, entry] of entries) {
        const node = key.slice(0, key.lastIndexOf('.'));
        const count = (counts.get(node) ?? 0) + 1;
        counts.set(node, count);
        if (count > ofNode) left.set(key, entry);
        else {
          const { written, dead, expired, state } = entry;
          const ranges = { written: rangesOf(written), dead: rangesOf(dead), expired: rangesOf(expired) };
          states.set(key, { ...state, ...ranges });
        }
      }
      entries = left;
      return states;
    },
    /** Takes back what could not be sent. */
    putBack(key: string, state: DeliveryState): void {
      const entry = at(key, state.runId);
      const back = merge({ ...state, received: 0, duplicates: 0 }, { ...entry.state, received: 0 });
      entry.state = { ...back, received: state.received + entry.state.received };
      for (const outcome of ['written', 'dead', 'expired'] as const) {
        for (const [from, to] of state[outcome]) for (let n = from; n <= to; n++) entry[outcome].push(n);
      }
    },
  };
}
