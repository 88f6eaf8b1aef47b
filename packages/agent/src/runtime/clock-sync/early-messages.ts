import { join } from 'node:path';
import { jsonFile } from '@nestwatch/common/json-file';
import { type Log, saying } from '@nestwatch/common/log';
import { headerIn, type Kind } from '@nestwatch/proto';
import { messageTypes } from '../messenger.ts';
import { type Estimate, labTimeAt } from './estimator.ts';

const KEPT_RUNS = 16;

/**
 * Places messages in time that were made before their agent knew the collector's clock, when they are sent. Each run of
 * the agent has one estimate for them, kept on disk, so that sending one again gives the same point.
 */
export function openEarlyMessages(stateDir: string, log: Log) {
  const file = jsonFile(join(stateDir, 'clock-sync.json'), parseEstimates);
  const estimates = new Map(Object.entries(file.read() ?? {}));
  return {
    /** Fixes the estimate of a run; only the first counts. Never rejects. */
    async fix(runId: string, estimate: Estimate): Promise<void> {
      if (estimates.has(runId)) return;
      estimates.set(runId, estimate);
      await file
        .write(Object.fromEntries([...estimates].slice(-KEPT_RUNS)))
        .catch(saying(log.warn, 'cannot save the clock estimate for the next start'));
    },

    /** The message with its lab time filled in; as it is when it has one, or its run never had an estimate. */
    complete(kind: Kind, runId: string, bytes: Uint8Array): Uint8Array {
      const estimate = estimates.get(runId);
      if (estimate === undefined) return bytes;
      // Of nearly all messages no more is needed.
      const header = headerIn(bytes);
      if (header === undefined || header.labUs != null || header.monoUs == null) return bytes;
      const labUs = Math.round(labTimeAt(estimate, header.monoUs));
      const message = messageTypes[kind].decode(bytes);
      const completed = { ...message, header: { ...header, labUs, labRate: estimate.rate } };
      return messageTypes[kind].encode(completed).finish();
    },
  };
}

function parseEstimates(json: unknown): Record<string, Estimate> {
  const entries = Object.entries(json as Record<string, Estimate>);
  return Object.fromEntries(
    entries.filter(([, each]) => [each.monoUs, each.labUs, each.rate].every(Number.isFinite)),
  );
}
