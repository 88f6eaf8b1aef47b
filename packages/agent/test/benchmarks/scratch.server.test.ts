import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { prepareScratch } from '../../src/benchmarks/scratch.ts';

test('what a crashed run left in the scratch folder is removed at the next start, and nothing else', async () => {
  const folder = temporaryFolder('scratch');
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  const left = await mkdtemp(join(folder, `run-${dead.pid}-`));
  await writeFile(join(left, 'random'), 'x');
  const alive = await mkdtemp(join(folder, `run-${process.ppid}-`));
  await writeFile(join(folder, 'mine'), 'x');
  await prepareScratch(folder);
  expect((await readdir(folder)).sort()).toEqual([resolve(alive).split('/').at(-1), 'mine'].sort());
});
