import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '@nestwatch/common/backoff';
import { messageOf } from '@nestwatch/common/errors';
import type { Offer, PackageFormat } from '@nestwatch/common/invite/offer';
import { answerFile, attemptFile, offerFile, packageFile, reportedFile } from '../files.ts';
import { type Attempt, parseAttempt, type UpgradeAnswer } from '../parse-answer.ts';
import { readSmall } from '../read-small.ts';
import { copyVerified } from './copy-verified.ts';
import type { Installation } from './installation.ts';
import { type Judging, judgeOffer } from './judge.ts';

export interface UpgradeHelper {
  /** The helper's own folder, which root alone writes. */
  readonly folder: string;
  /** The agent's. */
  readonly stateDir: string;
  readonly settings: Omit<Judging, 'lastMs'>;
  readonly installation: Installation;
  /** How long a new agent has for its first confirmed report, ms. */
  readonly reportWithinMs: number;
  /** ms since 1970. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

const LOOK_MS = 1000;
/** Unpacked it takes this many times its size, and twice that while the old one exists. */
const TIMES_UNPACKED = 7;

const lastFile = (folder: string) => join(folder, 'last-offer');
const keptFile = (folder: string, format: PackageFormat) => join(folder, `kept.${format}`);

/**
 * Installs the package that the agent left, where root allows that and the key of packages signed it; and goes back to the
 * version before where that does not report. What an earlier run did not end is taken back first.
 * @returns what became of it, as it is told
 */
export async function serveUpgrade(helper: UpgradeHelper): Promise<UpgradeAnswer> {
  const { folder, settings, nowMs } = helper;
  const from = settings.version;
  const tell = (said: Pick<UpgradeAnswer, 'madeMs' | 'outcome' | 'to' | 'reason'>) => {
    const answer: UpgradeAnswer = { ...said, from, atMs: nowMs() };
    writeWhole(answerFile(folder), `${JSON.stringify(answer)}\n`, 0o644);
    return answer;
  };
  const left = parseAttempt(readSmall(attemptFile(folder)) ?? '');
  if (left !== undefined) {
    const reason = await goBack(helper, 'it was interrupted');
    return tell({ ...left, outcome: 'back', reason });
  }
  let offer: Offer | undefined;
  let prepared: Prepared;
  try {
    offer = await judgeOffer(readSmall(offerFile(helper.stateDir)), { ...settings, lastMs: lastMs(folder) });
    prepared = await prepare(helper, offer);
  } catch (error) {
    const { madeMs = 0, version: to = '' } = offer ?? {};
    return tell({ madeMs, to, outcome: 'refused', reason: messageOf(error) });
  }
  const { madeMs, version: to } = offer;
  try {
    await move(helper, prepared, { id: randomBytes(16).toString('hex'), madeMs, from, to });
    return tell({ madeMs, to, outcome: 'installed', reason: '' });
  } catch (error) {
    return tell({ madeMs, to, outcome: 'back', reason: await goBack(helper, messageOf(error)) });
  }
}

interface Prepared {
  readonly format: PackageFormat;
  /** The verified copy, in a folder of root's. */
  readonly file: string;
}

/** All that can be found out before anything is changed. @throws Error */
async function prepare({ folder, stateDir, installation }: UpgradeHelper, offer: Offer): Promise<Prepared> {
  const format = await installation.format();
  if (format === undefined) throw new Error('the agent is installed in a way that is not upgraded by itself');
  const wanted = offer.files.find((each) => each.format === format);
  if (wanted === undefined) throw new Error(`the offer has no package of format ${format}`);
  if (!existsSync(keptFile(folder, format)))
    throw new Error(
      `${keptFile(folder, format)} is missing, the package to go back to: run the line of an invitation again`,
    );
  requireSpace(folder, wanted.bytes);
  requireSpace(installation.home, wanted.bytes * TIMES_UNPACKED);
  const file = join(folder, `new.${format}`);
  copyVerified(packageFile(stateDir), file, wanted);
  return { format, file };
}

function requireSpace(path: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(path);
  const [free, needed] = [bavail * bsize, bytes].map((each) => Math.ceil(each / 1024 ** 2));
  if ((free ?? 0) < (needed ?? 0))
    throw new Error(`no space: ${path} has ${free} MiB free, and needs ${needed}`);
}

/** @throws Error where the new version does not begin to report: then the old one is to come back */
async function move(helper: UpgradeHelper, { format, file }: Prepared, attempt: Attempt): Promise<void> {
  const { folder, installation } = helper;
  writeWhole(lastFile(folder), `${attempt.madeMs}\n`, 0o600);
  writeWhole(attemptFile(folder), `${JSON.stringify(attempt)}\n`, 0o644);
  await installation.install(format, file);
  await installation.restart();
  await reported(helper, attempt);
  renameSync(file, keptFile(folder, format));
  rmSync(attemptFile(folder));
}

/** @throws Error when it does not report in its time */
async function reported(helper: UpgradeHelper, { id, to }: Attempt): Promise<void> {
  const { stateDir, reportWithinMs, signal } = helper;
  for (let waitedMs = 0; waitedMs < reportWithinMs; waitedMs += LOOK_MS) {
    if (readSmall(reportedFile(stateDir))?.trim() === id) return;
    if (!(await pause(LOOK_MS, signal))) throw new Error('it was interrupted');
  }
  throw new Error(`version ${to} had no report confirmed within ${Math.round(reportWithinMs / 1000)} s`);
}

/** @returns why, and whether that worked */
async function goBack({ folder, installation }: UpgradeHelper, why: string): Promise<string> {
  try {
    const format = (['deb', 'rpm', 'tar.xz'] as const).find((each) => existsSync(keptFile(folder, each)));
    if (format === undefined) throw new Error('there is no package to go back to');
    await installation.install(format, keptFile(folder, format));
    await installation.restart();
    rmSync(attemptFile(folder), { force: true });
    return why;
  } catch (error) {
    return `${why}; and the way back failed: ${messageOf(error)}`;
  } finally {
    for (const format of ['deb', 'rpm', 'tar.xz']) rmSync(join(folder, `new.${format}`), { force: true });
  }
}

function lastMs(folder: string): number {
  return Number(readSmall(lastFile(folder)) ?? 0) || 0;
}

function writeWhole(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}
