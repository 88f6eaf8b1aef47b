import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { OutboxFiles } from './files.ts';
import { parseSegmentName, recoverSegment, type Segment } from './segment.ts';

export interface Recovered {
  /** Oldest first. None of them is appended to again. */
  segments: Segment[];
  nextOrdinal: number;
  damagedBytes: number;
  /** Why the folder can not be used. */
  error: unknown;
}

/** Reads what earlier runs of the agent left. Damage costs the damaged messages only, and is logged. */
export async function recoverSegments(files: OutboxFiles, log: Log): Promise<Recovered> {
  const found: Recovered = { segments: [], nextOrdinal: 1, damagedBytes: 0, error: undefined };
  let names: string[];
  try {
    names = await files.list();
  } catch (error) {
    return { ...found, error };
  }
  for (const name of names.sort()) {
    const parsed = parseSegmentName(name);
    if (parsed === undefined) continue;
    found.nextOrdinal = parsed.ordinal + 1;
    try {
      const { segment, damagedBytes } = recoverSegment(parsed.ordinal, parsed.lane, await files.read(name));
      found.damagedBytes += damagedBytes;
      if (damagedBytes > 0) {
        log.warn('the outbox found damage, as a power failure leaves it', { file: name, damagedBytes });
      }
      if (segment === undefined) await files.remove(name);
      else found.segments.push(segment);
    } catch (error) {
      log.warn('the outbox can not read one of its files', { file: name, error: messageOf(error) });
    }
  }
  return found;
}
