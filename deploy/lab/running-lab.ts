import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { startTicks } from '../local/processes.ts';

/** What the commands need to know of a lab that runs. */
export interface RunningLab {
  layers: number;
}

interface Note extends RunningLab {
  pid: number;
  startTicks: string | undefined;
}

export function noteRunningLab(dataDir: string, lab: RunningLab): void {
  const note: Note = { ...lab, pid: process.pid, startTicks: startTicks(process.pid) };
  writeFileSync(join(dataDir, 'lab.json'), JSON.stringify(note));
}

/** @throws UsageError when no lab runs in this folder. */
export function readRunningLab(dataDir: string): RunningLab {
  try {
    const note = JSON.parse(readFileSync(join(dataDir, 'lab.json'), 'utf8')) as Note;
    if (note.startTicks !== undefined && startTicks(note.pid) === note.startTicks) return note;
  } catch {
    // There never was one here.
  }
  throw new UsageError(`no lab runs with its data in ${dataDir}: start one with "npm run lab"`);
}
