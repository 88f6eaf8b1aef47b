import { readFileSync } from 'node:fs';
import { errnoOf } from '@nestwatch/common/errors';
import { editFile } from '../../cli/enroll/edit-file.ts';
import type { Replaceable } from './apply.ts';

/** Beside accounts.conf: lines "lab/node milliseconds", until when the key of a node may be replaced. */
export const replaceableFile = (accounts: string) => `${accounts}.replaceable`;

/** @throws when it cannot be read */
export function readReplaceable(accounts: string, nowMs: number): Replaceable {
  try {
    const lines = readFileSync(replaceableFile(accounts), 'utf8').split('\n');
    const valid = lines.map((line) => line.split(' ')).filter(([, untilMs]) => Number(untilMs) > nowMs);
    return new Set(valid.map(([name = '']) => name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return new Set();
    throw error;
  }
}

/** Lets the key of a node be replaced until then; or not any more, where no time is given. */
export function setReplaceable(accounts: string, name: string, untilMs: number | undefined): void {
  editFile(replaceableFile(accounts), (text) => {
    const others = text.split('\n').filter((line) => line !== '' && !line.startsWith(`${name} `));
    const lines = untilMs === undefined ? others : [...others, `${name} ${untilMs}`];
    return lines.map((line) => `${line}\n`).join('');
  });
}
