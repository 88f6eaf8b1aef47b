import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pause } from '@nestwatch/common/backoff';
import type { PackageFormat } from '@nestwatch/common/invite/offer';
import { answerFile, wantedFile } from './files.ts';
import { parseAnswer, type UpgradeAnswer } from './parse-answer.ts';
import { readSmall } from './read-small.ts';

const LOOK_MS = 2000;
/** The helper gives a new agent five minutes, and as much to the old one. */
const LIMIT_MS = 1_200_000;

/** The format whose package the helper keeps of the installed version; undefined where no helper was set up. */
export function helperFormat(folder: string): PackageFormat | undefined {
  return (['deb', 'rpm', 'tar.xz'] as const).find((format) => existsSync(`${folder}/kept.${format}`));
}

/** The helper's newest answer; undefined where it gave none. */
export function lastAnswer(folder: string): UpgradeAnswer | undefined {
  return parseAnswer(readSmall(answerFile(folder)) ?? '');
}

/**
 * Has the helper install what lies ready, and waits for a new answer: one of a refusal, for an upgrade ends this agent.
 * @returns undefined where it gives none
 */
export async function askHelper(
  folder: string,
  stateDir: string,
  signal: AbortSignal,
): Promise<UpgradeAnswer | undefined> {
  const before = lastAnswer(folder)?.atMs;
  await writeFile(wantedFile(stateDir), 'upgrade\n');
  for (let waitedMs = 0; waitedMs < LIMIT_MS; waitedMs += LOOK_MS) {
    if (!(await pause(LOOK_MS, signal))) return undefined;
    const answer = lastAnswer(folder);
    if (answer !== undefined && answer.atMs !== before) return answer;
  }
  return undefined;
}
