import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { nodeProgram } from '@nestwatch/testkit/node-program';
import { expect, test } from 'vitest';
import { countsOf, tailOf } from './steps.ts';

const top = resolve(import.meta.dirname, '../..');

/** Vitest needs 20 or later. On 18 the built agent is tested: node-versions.server.test.ts. */
test.for([nodeProgram('22'), nodeProgram('24')])(
  'every group passes on Node $version',
  { timeout: 3_600_000 },
  async ({ major, program, reason }, context) => {
    if (program === undefined) return context.skip(reason);
    const log = join(top, '.nestwatch/platforms', `node-${major}.log`);
    const status = await runGroups(program, log);
    const output = readFileSync(log, 'utf8');
    expect(countsOf(output), tailOf(output, 100)).toMatch(/^[1-9]\d* passed, 0 failed/);
    expect(status).toBe(0);
  },
);

/** As a run of its own: not with the folder of temporary files and the packages' paths of this one. */
async function runGroups(program: string, log: string): Promise<number | null> {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const { NESTWATCH_TEST_FOLDER: _folder, NESTWATCH_TEST_RUNNER: _runner, ...env } = process.env;
  const vitest = Object.keys(env).filter((name) => /^(VITEST|NODE_ENV|TEST$)/.test(name));
  for (const name of vitest) delete env[name];
  const groups = ['unit', 'server', 'system'].flatMap((group) => ['--project', group]);
  const child = spawn(program, [join(top, 'scripts/test.mjs'), ...groups], {
    cwd: top,
    stdio: ['ignore', output, output],
    env: {
      ...env,
      PATH: `${dirname(program)}:${env['PATH']}`,
      // Removed with this file's folder, with all that is left in it.
      TMPDIR: temporaryFolder(`suite`),
    },
  });
  closeSync(output);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
