/** Two counts agree when they differ by no more than this of the larger one. */
const TOLERANCE = 0.02;

/**
 * Whether two repetitions agree: in the exits of every layer above, within 2 %, or within 2 % of the pieces where there are
 * less exits than pieces.
 */
export function agree(one: readonly number[], other: readonly number[], pieces: number): boolean {
  return one.every((value, at) => {
    const second = other[at] ?? 0;
    const allowed = TOLERANCE * Math.max(Math.abs(value), Math.abs(second), pieces);
    return Math.abs(value - second) <= allowed;
  });
}

/** The last of the repetitions, and those before it that agree with it; of a repetition the exits of each layer above. */
export function agreeing(repetitions: readonly (readonly number[])[], pieces: number): number[] {
  const last = repetitions.at(-1);
  if (last === undefined) return [];
  return repetitions.flatMap((each, at) => (agree(each, last, pieces) ? [at] : []));
}
