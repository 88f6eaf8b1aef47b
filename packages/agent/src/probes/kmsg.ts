import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@nestwatch/common/errors';
import { failure, known } from '../host/host.ts';

const PATH = '/dev/kmsg';
/** The largest record there can be (PRINTKRB_RECORD_MAX and the prefix, kernel/printk/internal.h). */
const RECORD_BYTES = 16 * 1024;

/**
 * The kernel's log, record by record. It is opened once and stays open, because a new reader begins at the
 * oldest record. O_NONBLOCK: at the end of the log a read would otherwise wait for the next record for ever, and
 * hold a thread meanwhile. `lost` are records that were overwritten before they could be read; `drained`: there is
 * nothing more for now.
 */
export function createKmsg() {
  let file: number | undefined;
  let lastSeq: number | undefined;
  const room = Buffer.allocUnsafeSlow(RECORD_BYTES);
  return (root: string, most: number) => {
    try {
      file ??= openSync(join(root, PATH), constants.O_RDONLY | constants.O_NONBLOCK);
      const { records, overwritten, drained } = readRecords(file, room, most);
      const newest = seqOf(records.at(-1)) ?? lastSeq;
      // Numbers of records have no holes but for those that were overwritten.
      const lost = overwritten && lastSeq !== undefined ? (newest ?? lastSeq) - lastSeq - records.length : 0;
      lastSeq = newest;
      return known({ records, lost, drained });
    } catch (error) {
      if (file !== undefined) closeSync(file);
      file = undefined;
      return failure(PATH, error);
    }
  };
}

function readRecords(file: number, room: Buffer, most: number) {
  const records: string[] = [];
  let overwritten = false;
  while (records.length < most) {
    const bytes = readRecord(file, room);
    if (bytes === 'none') return { records, overwritten, drained: true };
    if (bytes === 'lost') overwritten = true;
    else records.push(...splitRecords(room.toString('utf8', 0, bytes)));
  }
  return { records, overwritten, drained: false };
}

/** The device gives one record for each read; a recorded log gives many. Lines of a dictionary begin with a blank. */
function splitRecords(text: string): string[] {
  return text.split(/\n(?=\d)/);
}

function seqOf(record: string | undefined): number | undefined {
  const seq = /^\d+,(\d+),/.exec(record ?? '')?.[1];
  return seq === undefined ? undefined : Number(seq);
}

/** "none": the end of the log for now. "lost": the record to be read was overwritten; the next read goes on. */
function readRecord(file: number, room: Buffer): number | 'none' | 'lost' {
  try {
    const bytes = readSync(file, room, 0, room.length, null);
    return bytes === 0 ? 'none' : bytes;
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return 'none';
    if (errnoOf(error) === 'EPIPE') return 'lost';
    throw error;
  }
}
