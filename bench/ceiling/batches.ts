import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { LineBuffer } from '@nestwatch/collector/influx/points/line-buffer';
import { decodeMessage } from '@nestwatch/collector/ingest/decode';
import { addMessageLines } from '@nestwatch/collector/ingest/message-lines';
import type { LoadMessage } from '../../test/load/node-messages.ts';
import { valuesIn } from '../support/values-in.ts';

/** Stands between two batches in a file of ready-made line protocol; no line can hold it. */
export const BATCH_END = '\0';

/**
 * Writes the very lines that the collector would make of these messages, in batches of as many messages.
 * @returns how many lines, field values and bytes they are
 */
export async function writeBatches(
  file: string,
  messages: Iterable<LoadMessage>,
  batchMessages: number,
): Promise<{ lines: number; values: number; bytes: number }> {
  const out = createWriteStream(file);
  let [lines, values, bytes, waiting] = [0, 0, 0, 0];
  const batch = new LineBuffer();
  const flush = async () => {
    const text = batch.toString() + BATCH_END;
    bytes += text.length;
    lines += batch.mark().lines;
    values += valuesIn(text);
    waiting = 0;
    batch.clear();
    if (!out.write(text)) await once(out, 'drain');
  };
  for (const { subject, bytes: encoded } of messages) {
    addMessageLines(decodeMessage(subject, encoded), 2000, batch);
    waiting += 1;
    if (waiting === batchMessages) await flush();
  }
  if (waiting > 0) await flush();
  out.end();
  await once(out, 'finish');
  return { lines, values, bytes };
}
