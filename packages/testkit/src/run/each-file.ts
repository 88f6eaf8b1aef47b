import { mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { useNatsOfRun } from './nats-of-run.ts';
import { killProcesses, processesOf, RUN_FOLDER, removeFolder } from './sweep.mjs';

/** Processes that were told to end may take so long. */
const ENDING_MS = 5000;
const EVERY_MS = 50;

/**
 * Gives a test file a folder of its own for temporary files, and takes it away after the file's tests, with whatever
 * they left running, for which the file fails.
 */
const run = process.env[RUN_FOLDER];
if (run === undefined) throw new Error(`${RUN_FOLDER} is not set: globalSetup of vitest.config.ts sets it`);
const name = basename(expect.getState().testPath ?? 'file').replace(/\.test\.ts$/, '');
const folder = mkdtempSync(join(run, `${name}-`));
process.env['TMPDIR'] = folder;

// Defined before any hook of the file, so it comes last.
afterAll(async () => {
  const deadline = Date.now() + ENDING_MS;
  while (processesOf(folder).length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  const left = await killProcesses(folder);
  removeFolder(folder);
  if (left.length > 0)
    throw new Error(`still running after ${name}: ${left.map(({ command }) => command).join('; ')}`);
});

await useNatsOfRun();
