import { pause } from '@nestwatch/common/backoff';

const EVERY_MS = 500;

/** Whether the collector says within a time that it has NATS, InfluxDB and its stream. */
export async function collectorIsWell(url: string, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  while (!over.aborted) {
    const answer = await fetch(`${url}/healthz`, { signal: over }).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(EVERY_MS, over);
  }
  return false;
}
