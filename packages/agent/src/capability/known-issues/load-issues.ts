import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '@nestwatch/common/errors';
import type { IssueList } from './issue.ts';
import { parseIssues } from './parse-issues.ts';

/** The list that came with the agent. Its text is read when it is first asked for. */
export async function builtInIssues(): Promise<IssueList> {
  builtIn ??= import('./issues.json?raw').then(({ default: text }) => ({
    from: 'built in',
    ...parseIssues(text),
  }));
  return builtIn;
}

let builtIn: Promise<IssueList> | undefined;

/** A list of some hundred rows has a tenth of this. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The list of a file, or the built-in one where no file is given; with the reason where the file is unusable. Never throws. */
export async function loadIssues(file: string): Promise<IssueList> {
  if (file === '') return builtInIssues();
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes, more than ${MOST_BYTES}`);
    return { from: file, ...parseIssues(readFileSync(file, 'utf8')) };
  } catch (error) {
    const problem = `cannot use ${file}, using the built-in list: ${messageOf(error)}`;
    return { ...(await builtInIssues()), problem };
  }
}
