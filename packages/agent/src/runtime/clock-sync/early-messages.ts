import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { type HeaderShape, type Kind, v1 } from '@nestwatch/proto';
import { type Estimate, labTimeAt } from './estimator.ts';

const FILE = 'clock-sync.json';
const KEPT_BOOTS = 16;

/**
 * Places messages that were made before their agent knew the collector's clock, when they are sent. Each boot has one
 * estimate for them, kept on disk, so that sending one again gives the same point.
 */
export interface EarlyMessages {
  /** Fixes the estimate of a boot; only the first counts. */
  fix(boot: string, estimate: Estimate): Promise<void>;
  /** The message with its lab time filled in; as it is when it has one, or its boot never had an estimate. */
  complete(kind: Kind, boot: string, bytes: Uint8Array): Uint8Array;
}

interface Message {
  header?: HeaderShape | null;
}

const types: Record<
  Kind,
  { decode(bytes: Uint8Array): Message; encode(message: Message): { finish(): Uint8Array } }
> = {
  capability: v1.Capability,
  sample: v1.Sample,
  benchmark: v1.BenchmarkResult,
  event: v1.Event,
};

export function openEarlyMessages(stateDir: string, log: Log): EarlyMessages {
  const file = join(stateDir, FILE);
  const estimates = load(file);
  return {
    async fix(boot, estimate) {
      if (estimates.has(boot)) return;
      estimates.set(boot, estimate);
      const kept = [...estimates].slice(-KEPT_BOOTS);
      try {
        await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(kept)));
        await rename(`${file}.new`, file);
      } catch (error) {
        log.warn('cannot keep the estimate of the clock for the next start', { error: messageOf(error) });
      }
    },
    complete(kind, boot, bytes) {
      const estimate = estimates.get(boot);
      if (estimate === undefined) return bytes;
      const message = types[kind].decode(bytes);
      const { header } = message;
      if (header == null || header.labUs != null || header.monoUs == null) return bytes;
      const labUs = Math.round(labTimeAt(estimate, header.monoUs));
      return types[kind]
        .encode({ ...message, header: { ...header, labUs, labRate: estimate.rate } })
        .finish();
    },
  };
}

function load(file: string): Map<string, Estimate> {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Estimate>);
    return new Map(entries.filter(([, each]) => [each.monoUs, each.labUs, each.rate].every(Number.isFinite)));
  } catch {
    return new Map();
  }
}
