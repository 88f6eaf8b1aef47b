import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { AGENT_PROGRAM } from '../support/machine.ts';

test('a name that does not exist, and a parent that says nothing, end the child with status 2', async () => {
  const end = (name: string) =>
    new Promise<number | null>((done) => {
      const child = execFile(process.execPath, [AGENT_PROGRAM, 'run-benchmark', name], () =>
        done(child.exitCode),
      );
      child.stdin?.end();
    });
  expect(await end('no.such')).toBe(2);
  expect(await end('cpu.sha256')).toBe(2);
});
