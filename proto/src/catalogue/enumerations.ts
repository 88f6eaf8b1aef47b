/** What each number of an enumeration is called, for people: in documents, panels, pages and tables. */
export type Words = Readonly<Record<number, string>>;

/** Numbers of `state` in nestwatch_alert. */
export const AlertState = { OVER: 0, PENDING: 1, FIRING: 2 } as const;

/** Numbers of `severity` in nestwatch_alert. */
export const AlertSeverity = { INFO: 1, WARNING: 2, CRITICAL: 3 } as const;

/** Numbers of `state` in nestwatch_slowdown. */
export const SlowdownState = { LEARNING: 0, AS_USUAL: 1, SLOW: 2 } as const;

/** The word for a number; "unknown" for one that has none. */
export function wordOf({ words }: { readonly words?: Words }, value: unknown): string {
  return (typeof value === 'number' ? words?.[value] : undefined) ?? 'unknown';
}

/** "1 measured, 2 failed, 3 skipped": what the documents and the panels' descriptions say. */
export function listOfWords(words: Words): string {
  return Object.entries(words)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}
