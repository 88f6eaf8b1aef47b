import type { CheckedHeader } from './check-header.ts';
import { pointTime } from './message-lines.ts';
import type { IngestConfig } from './settings.ts';

type Times = Pick<CheckedHeader, 'wallUs' | 'labUs'>;
type Limits = Pick<IngestConfig, 'clock.limit' | 'clock.ahead' | 'clock.oldest'>;

/**
 * Holds a message to the time at which the stream took it: what would stand further ahead than a clock may be, or further
 * back than an outbox keeps, stands at that time. So no node makes InfluxDB keep shards for other centuries, and a
 * message that is delivered again gives the same points.
 * @returns what was wrong; undefined when nothing was
 */
export function boundTimes(header: Times, streamUs: number, limits: Limits): string | undefined {
  const aheadUs = pointTime(header, limits['clock.limit']).timeUs - streamUs;
  const most = Math.max(limits['clock.ahead'], limits['clock.limit']) * 1000;
  if (aheadUs <= most && -aheadUs <= limits['clock.oldest'] * 1000) return undefined;
  header.labUs = streamUs;
  const hours = Math.round(Math.abs(aheadUs) / 3.6e9);
  return `is dated ${hours} hours ${aheadUs > 0 ? 'ahead' : 'back'}: stored at its time of arrival`;
}
