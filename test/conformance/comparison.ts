/** What one oracle and we say of one field of one case. Equal texts agree. */
export interface Answer {
  /** Name of the case, as the oracle has it: a file, a machine, a line. */
  readonly case: string;
  readonly field: string;
  readonly theirs: string;
  readonly ours: string;
}

/** Differences that are no fault of ours: all of an oracle that match, whichever case when none is named. */
export interface Limit {
  readonly oracle: string;
  readonly field: string;
  /** Matches the case's name whole. Absent: every case. */
  readonly cases?: RegExp;
  /** Matches what the oracle says, whole. Absent: whatever it says. */
  readonly theirs?: RegExp;
  readonly reason: string;
}

export interface Tally {
  readonly oracle: string;
  readonly field: string;
  readonly right: number;
  readonly total: number;
  /** Cases in which both differ, and a limit says why. */
  readonly limited: number;
}

export interface Outcome {
  readonly tallies: readonly Tally[];
  /** Differences that no limit explains. */
  readonly differences: readonly (Answer & { readonly oracle: string })[];
  /** Limits that explained nothing: the oracle has changed, or we are right now. */
  readonly idle: readonly Limit[];
}

/** Counts by field what is right, and sorts what differs into limits and differences. */
export function compare(oracle: string, answers: readonly Answer[], limits: readonly Limit[]): Outcome {
  const own = limits.filter((limit) => limit.oracle === oracle);
  const used = new Set<Limit>();
  const differences: (Answer & { oracle: string })[] = [];
  const counts = new Map<string, { right: number; total: number; limited: number }>();
  for (const answer of answers) {
    const count = counts.get(answer.field) ?? { right: 0, total: 0, limited: 0 };
    counts.set(answer.field, count);
    count.total += 1;
    if (answer.theirs === answer.ours) {
      count.right += 1;
      continue;
    }
    const limit = own.find((each) => explains(each, answer));
    if (limit === undefined) differences.push({ oracle, ...answer });
    else {
      used.add(limit);
      count.limited += 1;
    }
  }
  const tallies = [...counts].map(([field, count]) => ({ oracle, field, ...count }));
  return { tallies, differences, idle: own.filter((limit) => !used.has(limit)) };
}

function explains({ field, cases, theirs }: Limit, answer: Answer): boolean {
  return field === answer.field && whole(cases, answer.case) && whole(theirs, answer.theirs);
}

function whole(pattern: RegExp | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern.source})$`, 's').test(text);
}
