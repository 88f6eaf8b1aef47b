import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { readNote, writeNote } from '../local/notes.ts';
import type { Machine } from './cascade/layout.ts';

/** What the commands that give orders to a lab know of it. */
export interface RunningLab {
  machines: readonly Machine[];
  /** `uname -r` of the kernels that its layers can boot. */
  releases: readonly string[];
}

const noteIn = (dataDir: string) => join(dataDir, 'lab.json');

export const noteLab = (dataDir: string, lab: RunningLab) => writeNote(noteIn(dataDir), lab);

/** @throws UsageError when no lab runs in this folder */
export function runningLab(dataDir: string): RunningLab {
  const lab = readNote<RunningLab>(noteIn(dataDir));
  if (lab !== undefined) return lab;
  throw new UsageError(`no lab runs with its data in ${dataDir}: start one with "npm run lab"`);
}
