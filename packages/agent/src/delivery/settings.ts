import type { Config } from '@nestwatch/common/config/load';
import { durationMs, integer } from '@nestwatch/common/config/setting';

/** Settings of the outbox, and of how what is in it is sent. */
export const outboxSettings = {
  'outbox.max-bytes': integer('Size at which the outbox drops its oldest samples', {
    default: 64 * 1024 ** 2,
    min: 1024 ** 2,
    max: 1024 ** 4,
  }),
  'outbox.max-age': durationMs('Age at which the outbox drops any message', {
    default: 30 * 86_400_000,
    minMs: 60_000,
    maxMs: 365 * 86_400_000,
  }),
  'outbox.sync-after': durationMs('Wait for a confirmation after which a message is synced to disk', {
    default: 5000,
    minMs: 0,
    maxMs: 3_600_000,
  }),
  'outbox.resend-after': durationMs(
    "Time after which an unconfirmed message is sent again; longer than the stream's duplicate window",
    { default: 150_000, minMs: 1000, maxMs: 86_400_000 },
  ),
  'outbox.catch-up': integer('Maximum number of backlog messages sent per second', {
    default: 50,
    min: 1,
    max: 10_000,
  }),
} as const;

export type OutboxConfig = Config<typeof outboxSettings>;
