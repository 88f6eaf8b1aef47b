import { writeFile } from 'node:fs/promises';
import { pause } from '@nestwatch/common/backoff';
import { attemptFile, reportedFile } from './files.ts';
import { parseAttempt } from './parse-answer.ts';
import { readSmall } from './read-small.ts';

const LOOK_MS = 1000;

/**
 * Tells the helper that an agent which it installed reports: once a first message is confirmed. Does nothing where no upgrade
 * to this version goes on.
 * @param freed number of messages of this run that are confirmed without a gap
 */
export async function reportAttempt(
  folder: string,
  stateDir: string,
  version: string,
  freed: () => number,
  signal: AbortSignal,
): Promise<void> {
  const attempt = parseAttempt(readSmall(attemptFile(folder)) ?? '');
  if (attempt?.to !== version) return;
  while (freed() < 1) if (!(await pause(LOOK_MS, signal))) return;
  await writeFile(reportedFile(stateDir), `${attempt.id}\n`);
}
