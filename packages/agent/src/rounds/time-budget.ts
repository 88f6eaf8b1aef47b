import type { Clock } from '@nestwatch/common/clock';
import { jsonFile } from '@nestwatch/common/json-file';

const DAY_MS = 86_400_000;

interface Spent {
  readonly endedWallMs: number;
  readonly durationMs: number;
}

export type TimeBudget = ReturnType<typeof openTimeBudget>;

/**
 * Keeps scheduled benchmarks below a share of the last 24 hours, also over restarts of the agent.
 * @param path of the file that keeps what was spent: one that is missing or torn means that nothing was
 */
export function openTimeBudget(path: string, share: number, clock: Clock) {
  const file = jsonFile(path, (json) => (Array.isArray(json) ? json.filter(isSpent) : undefined));
  let spent = file.read() ?? [];
  const nowMs = () => clock.wallUs() / 1000;
  const recent = () => spent.filter((each) => Math.abs(nowMs() - each.endedWallMs) < DAY_MS);
  return {
    /** Undefined while there is time left, else a sentence that says why there is none. */
    exhausted(): string | undefined {
      const totalMs = recent().reduce((sum, each) => sum + each.durationMs, 0);
      if (totalMs < DAY_MS * share) return undefined;
      const minutes = Math.round(totalMs / 60_000);
      return `benchmarks took ${minutes} min of the last 24 h, and ${share} is allowed (benchmarks.time-share)`;
    },
    async spend(durationMs: number): Promise<void> {
      spent = [...recent(), { endedWallMs: nowMs(), durationMs }];
      await file.write(spent);
    },
  };
}

function isSpent(value: unknown): value is Spent {
  const { endedWallMs, durationMs } = (value ?? {}) as Partial<Spent>;
  return Number.isFinite(endedWallMs) && Number.isFinite(durationMs);
}
