import { pause } from '@nestwatch/common/backoff';
import { linkSignals } from '@nestwatch/common/link-signals';

const EVERY_MS = 500;

/** Whether the collector says within a time that it has NATS, InfluxDB and its stream. */
export async function collectorIsWell(url: string, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const { signal: over, release } = linkSignals([signal], limitMs);
  try {
    while (!over.aborted) {
      const answer = await fetch(`${url}/healthz`, { signal: over }).catch(() => undefined);
      if (answer?.ok) return true;
      await pause(EVERY_MS, over);
    }
    return false;
  } finally {
    release();
  }
}
