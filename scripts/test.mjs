// `npm test`: format and lint, strict types, then the tests of the groups unit, server and system; what each found, and
// a count at the end. Arguments go to vitest: npm test -- packages/agent
// One group alone, without format, lint and types: npm test -- --project unit
// `npm run test:long` (--long) runs the list of long-tests.mjs instead, or what of it has one of the arguments in its
// name; `.ci/run` (--all) runs `npm test`, then what of the list is not only by hand.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { longTests } from './long-tests.mjs';
import { ensureBuilt, ensurePackages, top } from './prepare.mjs';

const [mode, ...rest] = process.argv.slice(2);
const isMode = mode === '--long' || mode === '--all';
const filters = isMode ? rest : process.argv.slice(2);
const GROUPS = ['unit', 'server', 'system'];
// The last are some of the server and system tests once more, on other nats-servers than the installed one.
const PROJECTS = [...GROUPS, 'nats-*'];
const reports = join(top, '.nestwatch', 'test-reports');
const bin = (name) => join(top, 'node_modules', '.bin', name);
const counts = { passed: 0, failed: 0, skipped: 0 };
const secondTries = [];
const startedMs = Date.now();
const running = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exitCode = 128 + constants.signals[signal];
  });
}

prepare();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

if (mode !== '--long') {
  if (filters.includes('--project')) await runTests('tests', filters);
  else await runAll();
}
if (isMode) await runLongTests();

for (const { fullName, failureMessages } of secondTries) {
  console.log(`\npassed only at the second try: ${fullName}\n${failureMessages.join('\n')}`);
}
console.log(`\nin ${Math.round((Date.now() - startedMs) / 1000)} s`);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode ??= counts.failed === 0 ? 0 : 1;

/** All that `npm test` is about. */
async function runAll() {
  await check('format and lint', bin('biome'), ['ci', '.']);
  // Beside the tests, which leave it some time.
  const types = check('strict types', bin('tsc'), ['--noEmit', '-p', 'tsconfig.json'], { quietly: true });
  await runTests('tests', [...PROJECTS.flatMap((project) => ['--project', project]), ...filters]);
  await types;
}

/** What cannot be built fails here, so that the count at the end is there too. */
function prepare() {
  ensurePackages();
  try {
    ensureBuilt();
  } catch (error) {
    console.error(error.message);
    console.log('FAILED: build');
    counts.failed += 1;
  }
}

/** @param quietly what it says comes when it has ended */
async function check(what, command, args, { quietly = false } = {}) {
  if (process.exitCode !== undefined) return;
  if (!quietly) console.log(`\n== ${what}`);
  const { status, said } = await run(command, args, { quietly });
  if (quietly) console.log(`\n== ${what}\n${said}`);
  const ok = status === 0;
  counts[ok ? 'passed' : 'failed'] += 1;
  console.log(ok ? `ok: ${what}` : `FAILED: ${what}`);
}

/** Two at once: most of them wait more than they compute. What computes all the time comes before, alone. */
async function runLongTests() {
  const wanted = longTests.filter(({ what, files, ci = true }) => {
    if (mode === '--all') return ci;
    return rest.length === 0 || rest.some((word) => [what, ...files].join(' ').includes(word));
  });
  if (wanted.length === 0) {
    console.error(`nothing of scripts/long-tests.mjs has "${rest.join('" or "')}" in its name`);
    process.exitCode = 2;
  }
  const waiting = wanted.filter(({ alone = false }) => !alone);
  for (const { what, files, env } of wanted.filter(({ alone = false }) => alone)) {
    await runTests(what, files, { env });
  }
  const takeNext = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      console.log(`\n.. ${next.what}`);
      await runTests(next.what, next.files, { env: next.env, quietly: true });
    }
  };
  await Promise.all([takeNext(), takeNext()]);
}

async function runTests(what, args, { env = {}, quietly = false } = {}) {
  if (process.exitCode !== undefined) return;
  if (!quietly) console.log(`\n== ${what}`);
  const report = join(reports, `${what.replaceAll(/\W+/g, '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status, said } = await run(bin('vitest'), ['run', ...reporters, ...args], {
    quietly,
    env: {
      ...env,
      // The watchdog of the run's servers ends them when this process is killed.
      NESTWATCH_TEST_RUNNER: String(process.pid),
    },
  });
  if (quietly) console.log(`\n== ${what}\n${said}`);
  const found = readReport(report);
  const failed = failuresOf(found);
  counts.passed += found.numPassedTests ?? 0;
  counts.skipped += (found.numPendingTests ?? 0) + (found.numTodoTests ?? 0);
  // What could not start, and an error outside of a test, fail the run without a failed test.
  counts.failed += failed === 0 && status !== 0 ? 1 : failed;
  secondTries.push(...secondTriesOf(found));
  for (const line of timesOf(found)) console.log(line);
}

/** Failed tests, and files that failed without one: they could not be loaded, or their hooks threw. */
function failuresOf({ testResults = [] }) {
  return testResults
    .map(({ status, assertionResults }) => {
      const tests = assertionResults.filter((each) => each.status === 'failed').length;
      return tests === 0 && status === 'failed' ? 1 : tests;
    })
    .reduce((sum, each) => sum + each, 0);
}

/** @returns its exit code, undefined when a signal ended it; and what it said, where that is not shown at once */
function run(command, args, { env = {}, quietly = false } = {}) {
  return new Promise((resolve) => {
    const stdio = quietly ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(command, args, { cwd: top, stdio, env: { ...process.env, ...env } });
    running.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
    const end = (status) => {
      running.delete(child);
      resolve({ status, said });
    };
    child.once('error', (error) => {
      console.error(error.message);
      end(undefined);
    });
    child.once('close', (code) => end(code ?? undefined));
  });
}

/** How long each group took, and its five slowest files. */
function timesOf({ testResults = [] }) {
  const seconds = (ms) => `${(ms / 1000).toFixed(0)} s`.padStart(6);
  const groupOf = (name) => /\.(server|system|long)\.test\.ts$/.exec(name)?.[1] ?? 'unit';
  return [...GROUPS, 'long'].flatMap((group) => {
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

/** Tests that failed at first. Their messages are kept when they pass after all. */
function secondTriesOf({ testResults = [] }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages?.length > 0);
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
