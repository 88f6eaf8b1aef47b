/** When the trace of an answer began, ms since 1970; undefined where the text is no answer of the helper. */
export function startedIn(text: string): number | undefined {
  try {
    const { startedMs } = JSON.parse(text) as { startedMs?: unknown };
    return typeof startedMs === 'number' && Number.isFinite(startedMs) ? startedMs : undefined;
  } catch {
    return undefined;
  }
}
