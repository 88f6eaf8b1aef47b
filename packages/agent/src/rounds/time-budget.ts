import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Clock } from '@nestwatch/common/clock';

const DAY_MS = 86_400_000;

/** Keeps scheduled benchmarks below a share of the last 24 hours, also over restarts of the agent. */
export interface TimeBudget {
  /** Undefined while there is time left, else a sentence that says why there is none. */
  exhausted(): string | undefined;
  spend(durationMs: number): Promise<void>;
}

interface Spent {
  readonly endedWallMs: number;
  readonly durationMs: number;
}

export async function openTimeBudget(path: string, share: number, clock: Clock): Promise<TimeBudget> {
  let spent = await load(path);
  const nowMs = () => clock.wallUs() / 1000;
  const recent = () => spent.filter((each) => Math.abs(nowMs() - each.endedWallMs) < DAY_MS);
  return {
    exhausted() {
      const totalMs = recent().reduce((sum, each) => sum + each.durationMs, 0);
      if (totalMs < DAY_MS * share) return undefined;
      const minutes = Math.round(totalMs / 60_000);
      return `benchmarks took ${minutes} min of the last 24 h, ${share} of them are allowed (benchmarks.time-share)`;
    },
    async spend(durationMs) {
      spent = [...recent(), { endedWallMs: nowMs(), durationMs }];
      await writeFile(`${path}.new`, JSON.stringify(spent), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

// A file that is missing or was torn by a crash means that nothing is known to be spent.
async function load(path: string): Promise<readonly Spent[]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(parsed) ? parsed.filter(isSpent) : [];
  } catch {
    return [];
  }
}

function isSpent(value: unknown): value is Spent {
  const { endedWallMs, durationMs } = (value ?? {}) as Partial<Spent>;
  return Number.isFinite(endedWallMs) && Number.isFinite(durationMs);
}
