import type { Outbox } from './outbox.ts';
import type { EncodedMessage, Entry } from './segment.ts';

/** Puts what the agent makes into the outbox, and knows how far all of this run is done with. */
export function createWriter(outbox: Outbox, firstRunId: string) {
  const writing = new Set<number>();
  let runId = firstRunId;
  let lastSeq = 0;
  let last: Promise<void> = Promise.resolve();
  let listener: (entry: Entry, bytes: Uint8Array) => void = () => undefined;
  return {
    /** This run of the agent. */
    get runId() {
      return runId;
    },

    append({ kind, seq, bytes }: Omit<EncodedMessage, 'runId'>): void {
      writing.add(seq);
      lastSeq = Math.max(lastSeq, seq);
      last = outbox.append(kind, seq, bytes).then((entry) => {
        if (entry.runId === runId) writing.delete(seq);
        listener(entry, bytes);
      });
    },

    /** Called with every message, and its bytes, when it is in the outbox. */
    onWritten(next: typeof listener): void {
      listener = next;
    },

    /** Resolves when everything appended so far is in the outbox. */
    written: () => last,

    /** Every sequence number of this run up to this one is confirmed, or was dropped. */
    freed(): number {
      let lowest = lastSeq + 1;
      for (const seq of writing) lowest = Math.min(lowest, seq);
      for (const entry of outbox.pending()) if (entry.runId === runId) lowest = Math.min(lowest, entry.seq);
      return lowest - 1;
    },

    /** From now on, messages are of this new run: its numbers start again. */
    renew(next: string): void {
      runId = next;
      outbox.renew(next);
      lastSeq = 0;
      writing.clear();
    },
  };
}

export type Writer = ReturnType<typeof createWriter>;
