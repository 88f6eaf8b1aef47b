import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { OutboxFiles } from './files.ts';
import { scanFrames } from './frame.ts';
import { addEntry, DUE, newEntry, newSegment, parseSegmentName, type Segment } from './segment.ts';

export type Recovered = Awaited<ReturnType<typeof recoverSegments>>;

/**
 * Reads what earlier runs of the agent left. Damage costs the damaged messages only, and is logged.
 * @returns segments, oldest first, none of which is appended to again; and why the folder cannot be used
 */
export async function recoverSegments(files: OutboxFiles, log: Log) {
  const segments: Segment[] = [];
  let nextOrdinal = 1;
  let names: string[];
  try {
    names = await files.list();
  } catch (error) {
    return { segments, nextOrdinal, error };
  }
  for (const name of names.sort()) {
    const parsed = parseSegmentName(name);
    if (parsed === undefined) continue;
    nextOrdinal = parsed.ordinal + 1;
    try {
      const { segment, damagedBytes } = recoverSegment(parsed, await files.read(name));
      if (damagedBytes > 0) {
        log.warn('the outbox was damaged, for example by a power failure', { file: name, damagedBytes });
      }
      if (segment === undefined) await files.remove(name);
      else segments.push(segment);
    } catch (error) {
      log.warn('the outbox cannot read one of its files', { file: name, error: messageOf(error) });
    }
  }
  return { segments, nextOrdinal, error: undefined };
}

/** A segment as an earlier run left it, and how many of its bytes are damaged. Undefined when its start is lost. */
function recoverSegment({ ordinal, lane }: Pick<Segment, 'ordinal' | 'lane'>, file: Buffer) {
  const { frames, damagedBytes } = scanFrames(file);
  const first = frames[0]?.frame;
  if (first?.type !== 'start') return { segment: undefined, damagedBytes: file.length };
  const { runId } = first;
  const segment = newSegment(ordinal, lane, runId);
  segment.bytes = file.length;
  for (const { frame, offset, length } of frames) {
    if (frame.type === 'dropped') segment.dropped.push({ runId: frame.runId, ranges: frame.ranges });
    if (frame.type !== 'message') continue;
    const entry = newEntry({ kind: frame.kind, runId, seq: frame.seq, bytes: frame.bytes }, frame.wallUs);
    entry.sentMs = DUE;
    addEntry(segment, entry, offset, length);
  }
  return { segment, damagedBytes };
}
