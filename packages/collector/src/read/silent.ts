/** Of what nothing was heard for longer is silent, ms: on the page, in tables, in nestwatch_presence and in the alert. */
export const SILENT_AFTER_MS = 180_000;

/** Whether a node is silent, from the time of its newest message. Times are µs since 1970. */
export function isSilent(lastSeenUs: number, nowUs: number, afterMs = SILENT_AFTER_MS): boolean {
  return nowUs - lastSeenUs > afterMs * 1000;
}
