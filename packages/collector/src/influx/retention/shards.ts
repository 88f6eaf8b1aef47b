const DAY_MS = 86_400_000;

/** Expired points go shard by shard: a day's worth, or a week's where they are kept for half a year or longer, or for ever (0). */
export function shardMs(ms: number): number {
  if (ms === 0 || ms >= 180 * DAY_MS) return 7 * DAY_MS;
  return ms >= 2 * DAY_MS ? DAY_MS : Math.max(3_600_000, Math.floor(ms / 2));
}
