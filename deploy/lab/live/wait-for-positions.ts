import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import type { LayerRow } from './layer-row.ts';

const READ_EVERY_MS = 1000;

export interface PositionsOptions {
  read(): Promise<LayerRow[]>;
  limitMs: number;
  signal: AbortSignal;
}

/**
 * Waits until every layer reports the layer position that the collector found for it.
 * @throws RetryableError naming those that do not.
 */
export async function waitForPositions({ read, limitMs, signal }: PositionsOptions): Promise<void> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const lost = (await read()).filter((row) => !hasPosition(row)).map(({ name }) => name);
    if (lost.length === 0) return;
    if (Date.now() > deadlineMs) {
      throw new RetryableError(`the collector could not tell the layer position of ${lost.join(', ')}`);
    }
    if (!(await pause(READ_EVERY_MS, signal))) signal.throwIfAborted();
  }
}

/** Only the outermost has no parent. */
function hasPosition({ layer, parent }: LayerRow): boolean {
  return layer === 0 || (layer !== undefined && parent !== undefined);
}
