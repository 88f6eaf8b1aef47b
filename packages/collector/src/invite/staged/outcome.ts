/** What became of a staged entry. */
export interface Outcome {
  readonly done: boolean;
  /** Why not, for people. */
  readonly error?: string;
}

/** @returns undefined when it is none */
export function parseOutcome(text: string): Outcome | undefined {
  try {
    const { done, error } = JSON.parse(text) as Outcome;
    if (typeof done !== 'boolean') return undefined;
    return typeof error === 'string' ? { done, error: error.slice(0, 500) } : { done };
  } catch {
    return undefined;
  }
}
