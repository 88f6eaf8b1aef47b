// `npm test`: format and lint, strict types, then the tests of the groups unit, server and system; what each found, and
// a count at the end. Arguments go to vitest: npm test -- packages/agent
// One group alone, without format, lint and types: npm test -- --project unit
// `npm run test:long` (--long) runs the list of long-tests.mjs instead, or what of it has one of the arguments in its
// name; `.ci/run` (--all) runs `npm test`, then what of the list is not only by hand.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { longTests } from './long-tests.mjs';
import { ensureBuilt, ensurePackages, top } from './prepare.mjs';
import {
  countsOf,
  failedFilesOf,
  failuresOf,
  readReport,
  replaceFiles,
  secondTriesOf,
  timesOf,
} from './test-report.mjs';

const [mode, ...rest] = process.argv.slice(2);
const isMode = mode === '--long' || mode === '--all';
const filters = isMode ? rest : process.argv.slice(2);
const GROUPS = ['unit', 'server', 'system'];
// The last are some of the server and system tests once more, on other nats-servers than the installed one.
const PROJECTS = [...GROUPS, 'nats-*'];
/** What takes longer gets no second try from its beginning: the whole would take too long. */
const AGAIN_UP_TO_MS = 5 * 60_000;
const reports = join(top, '.nestwatch', 'test-reports');
const bin = (name) => join(top, 'node_modules', '.bin', name);
const counts = { passed: 0, failed: 0, skipped: 0 };
const secondTries = [];
const failures = [];
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

for (const { name, messages } of secondTries) {
  console.log(`\npassed only at the second try: ${name}\n${messages.join('\n')}`);
}
// Once more at the end, since who reads a long output begins there.
for (const { name, messages } of failures) console.log(`\nFAILED: ${name}\n${messages.join('\n')}`);
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
    fail('build', [error.message]);
  }
}

/** @param quietly what it says comes when it has ended */
async function check(what, command, args, { quietly = false } = {}) {
  if (process.exitCode !== undefined) return;
  if (!quietly) console.log(`\n== ${what}`);
  const { status, said } = await run(command, args, { quietly });
  if (quietly) console.log(`\n== ${what}\n${said}`);
  const ok = status === 0;
  if (!ok) return fail(what, [said]);
  counts.passed += 1;
  console.log(`ok: ${what}`);
}

function fail(name, messages) {
  console.log(`FAILED: ${name}`);
  counts.failed += 1;
  failures.push({ name, messages });
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
  const first = await runVitest(what, args, { env, quietly });
  const found = await tryFilesAgain(what, args, { env, found: first.found });
  const failed = failuresOf(found);
  if (first.unhandled.length > 0) failed.push({ name: `${what}: outside a test`, messages: first.unhandled });
  // It could not start.
  if (first.status !== 0 && failuresOf(first.found).length + first.unhandled.length === 0)
    failed.push({ name: `${what} (see above)`, messages: [] });
  const { passed, skipped } = countsOf(found);
  counts.passed += passed;
  counts.skipped += skipped;
  counts.failed += failed.length;
  failures.push(...failed);
  secondTries.push(...secondTriesOf(found));
  for (const line of timesOf(found)) console.log(line);
}

/**
 * Where a run decides, files that failed run once more from their beginning, beside nothing else: within a file that
 * tells one story, a second try of one test finds what the first has left.
 * @returns the report, with what the second try found
 */
async function tryFilesAgain(what, args, { env, found }) {
  const failed = failedFilesOf(found).filter(({ tookMs }) => tookMs < AGAIN_UP_TO_MS);
  if (process.env.CI !== 'true' || failed.length === 0) return found;
  const files = [...new Set(failed.map(({ name }) => relative(top, name)))];
  const projects = args.flatMap((arg, i) => (arg === '--project' ? [arg, args[i + 1]] : []));
  const second = await runVitest(`${what}, once more`, [...projects, ...files], { env });
  if (second.found.testResults === undefined || second.unhandled.length > 0) return found;
  const stillFails = new Set(failuresOf(second.found).map(({ name }) => name));
  const ofFiles = failuresOf(found).filter(({ name }) => files.some((file) => name.startsWith(file)));
  secondTries.push(...ofFiles.filter(({ name }) => !stillFails.has(name)));
  return replaceFiles(found, second.found);
}

async function runVitest(what, args, { env, quietly = false }) {
  if (!quietly) console.log(`\n== ${what}`);
  const name = join(reports, what.replaceAll(/\W+/g, '-'));
  const [report, unhandled] = [`${name}.json`, `${name}.unhandled.json`];
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(top, 'scripts/unhandled-errors.mjs')}`,
    `--outputFile.json=${report}`,
  ];
  const { status, said } = await run(bin('vitest'), ['run', ...reporters, ...args], {
    quietly,
    env: {
      ...env,
      // The watchdog of the run's servers ends them when this process is killed.
      NESTWATCH_TEST_RUNNER: String(process.pid),
      NESTWATCH_TEST_UNHANDLED: unhandled,
    },
  });
  if (quietly) console.log(`\n== ${what}\n${said}`);
  return { status, found: readReport(report, {}), unhandled: readReport(unhandled, []) };
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
