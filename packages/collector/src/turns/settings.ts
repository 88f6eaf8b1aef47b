import type { Config } from '@nestwatch/common/config/load';
import { durationMs } from '@nestwatch/common/config/setting';

export const turnSettings = {
  'benchmarks.turn-limit': durationMs(
    "Maximum length of a node's turn to benchmark; more than benchmarks.time-limit of the nodes",
    { default: 1_320_000, minMs: 1000, maxMs: 86_400_000 },
  ),
} as const;

export type TurnConfig = Config<typeof turnSettings>;
