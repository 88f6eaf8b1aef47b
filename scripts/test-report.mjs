// What a report of vitest (its JSON reporter's) tells: what failed, what passed only at the second try, how long it took.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { top } from './prepare.mjs';

const GROUPS = ['unit', 'server', 'system', 'long'];

/** @returns `empty` when there is none: vitest could not start */
export function readReport(file, empty) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return empty;
  }
}

/**
 * Failed tests, and files that failed without one: they could not be loaded, or their hooks threw.
 * @returns for each its name, with its file, and its messages
 */
export function failuresOf({ testResults = [] }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(top, name);
    const tests = assertionResults
      .filter((each) => each.status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        name: `${file}: ${fullName}`,
        messages: failureMessages ?? [],
      }));
    if (tests.length > 0 || status !== 'failed') return tests;
    return [{ name: file, messages: [message ?? ''] }];
  });
}

/** @returns of each file that failed its name and how long it took, in milliseconds; several projects may have run it */
export function failedFilesOf({ testResults = [] }) {
  const failed = testResults.filter(({ status }) => status === 'failed');
  return failed.map(({ name, startTime, endTime }) => ({ name, tookMs: endTime - startTime }));
}

/** @returns the first report, with what the second says of the files that are in it */
export function replaceFiles(first, second) {
  const { testResults: again = [] } = second;
  const names = new Set(again.map(({ name }) => name));
  return { testResults: [...(first.testResults ?? []).filter(({ name }) => !names.has(name)), ...again] };
}

/** @returns how many tests ended how */
export function countsOf({ testResults = [] }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (...words) => tests.filter(({ status }) => words.includes(status)).length;
  return { passed: count('passed'), skipped: count('pending', 'skipped', 'todo', 'disabled') };
}

/** Tests that failed at first. Their messages are kept when they pass after all. */
export function secondTriesOf({ testResults = [] }) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages?.length > 0)
      .map(({ fullName, failureMessages }) => ({
        name: `${relative(top, name)}: ${fullName}`,
        messages: failureMessages,
      })),
  );
}

/** @returns lines: how long each group took, and its five slowest files */
export function timesOf({ testResults = [] }) {
  const seconds = (ms) => `${(ms / 1000).toFixed(0)} s`.padStart(6);
  const groupOf = (name) => /\.(server|system|long)\.test\.ts$/.exec(name)?.[1] ?? 'unit';
  return GROUPS.flatMap((group) => {
    const files = testResults.filter(({ name }) => groupOf(name) === group);
    if (files.length === 0) return [];
    const from = Math.min(...files.map(({ startTime }) => startTime));
    const to = Math.max(...files.map(({ endTime }) => endTime));
    const slowest = files.sort((a, b) => b.endTime - b.startTime - (a.endTime - a.startTime)).slice(0, 5);
    return [
      `${seconds(to - from)}  ${group}, of which:`,
      ...slowest.map((file) => `  ${seconds(file.endTime - file.startTime)}  ${relative(top, file.name)}`),
    ];
  });
}
