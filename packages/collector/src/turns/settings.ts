import type { Config } from '@nestwatch/common/config/load';
import { durationMs } from '@nestwatch/common/config/setting';

export const turnSettings = {
  'benchmarks.turn-limit': durationMs(
    "Longest turn of a node to benchmark, which then goes to another; more than the nodes' benchmarks.time-limit",
    { default: 1_320_000, minMs: 1000, maxMs: 86_400_000 },
  ),
} as const;

export type TurnConfig = Config<typeof turnSettings>;
