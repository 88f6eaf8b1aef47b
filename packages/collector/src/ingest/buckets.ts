import { LEADER_LEASE_MS } from '@nestwatch/common/nats/while-leader';
import type { BUCKETS } from '@nestwatch/proto';

const DAY_MS = 86_400_000;
const MIB = 1024 ** 2;

/**
 * Each bucket's age limit (0 keeps what is in it) and its size, which JetStream sets aside at once. All keep one value
 * for each key.
 */
export const BUCKET_SETTINGS = {
  /** Turns to benchmark: an age for where no other is configured (benchmarks.lease). */
  benchmarkLeases: { ttlMs: 30_000, maxBytes: 64 * MIB },
  collectorLeases: { ttlMs: LEADER_LEASE_MS, maxBytes: 64 * MIB },
  /** How long it can be read who served in a round of net.http. */
  rounds: { ttlMs: 2 * DAY_MS, maxBytes: 64 * MIB },
  topology: { ttlMs: 0, maxBytes: 64 * MIB },
  /** A run of an agent of which nothing was heard for so long is forgotten. */
  watermarks: { ttlMs: 14 * DAY_MS, maxBytes: 64 * MIB },
  /** Some thousand alerts. */
  alerts: { ttlMs: 0, maxBytes: 16 * MIB },
  /** Invitations, and who came by them. */
  invitations: { ttlMs: 0, maxBytes: 16 * MIB },
} as const satisfies Record<keyof typeof BUCKETS, { ttlMs: number; maxBytes: number }>;
