/** One statement goes over at most so much, which bounds what InfluxDB holds in memory for it. */
const LONGEST_SPAN_STEPS = 6;
/** Most steps of one sender: as many as there are in a month of ten minutes each. */
const MOST_STEPS = 4500;

/** Neighbouring steps, both ends included. */
export type Span = readonly [first: number, last: number];

/** Steps of time in which points came late, by who sent them: those who send much wait for themselves only. */
export function createLateSteps(most = MOST_STEPS) {
  /** Whose turn it is, first. */
  const bySender = new Map<string, Set<number>>();
  return {
    /** @returns false when the sender has too many */
    add(step: number, sender: string): boolean {
      const steps = bySender.get(sender) ?? new Set();
      if (steps.size >= most && !steps.has(step)) return false;
      steps.add(step);
      bySender.set(sender, steps);
      return true;
    },
    /** The oldest span of the sender whose turn it is; it stays until `done`. */
    next(): Span | undefined {
      const [[sender, steps] = []] = bySender;
      if (sender === undefined || steps === undefined) return undefined;
      bySender.delete(sender);
      bySender.set(sender, steps);
      return spans([...steps].sort((a, b) => a - b))[0];
    },
    /** Nobody waits for these any more. */
    done([first, last]: Span): void {
      for (const [sender, waiting] of bySender) {
        for (let step = first; step <= last; step++) waiting.delete(step);
        if (waiting.size === 0) bySender.delete(sender);
      }
    },
  };
}

/** Runs of neighbouring steps, none longer than the limit. */
export function spans(steps: readonly number[]): Span[] {
  const found: [first: number, last: number][] = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last !== undefined && step === last[1] + 1 && step - last[0] < LONGEST_SPAN_STEPS) last[1] = step;
    else found.push([step, step]);
  }
  return found;
}
