import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { nodeProgram } from '@nestwatch/testkit/node-program';
import { expect, test } from 'vitest';

const top = resolve(import.meta.dirname, '../..');
const old = nodeProgram('18');
const named = (what: string) => (old.reason === undefined ? what : `${what} (${old.reason})`);
const PRINTS = 'console.log(process.version, process.argv.slice(2).join(" ")); process.exitCode = 3;';

/** A project with one script, which says what it runs with; its cache of Nodes is this project's, or none. */
function project(cache?: string): string {
  const folder = temporaryFolder('project');
  mkdirSync(join(folder, 'scripts'));
  for (const name of ['with-node.mjs', 'node-packages.mjs'])
    copyFileSync(join(top, 'scripts', name), join(folder, 'scripts', name));
  writeFileSync(join(folder, 'scripts/prints.mjs'), PRINTS);
  mkdirSync(join(folder, '.nestwatch/cache'), { recursive: true });
  if (cache !== undefined) symlinkSync(cache, join(folder, '.nestwatch/cache/node'));
  return folder;
}

function withNode(program: string, folder: string, env: NodeJS.ProcessEnv = {}) {
  const words = [join(folder, 'scripts/with-node.mjs'), 'prints', 'a', 'b c'];
  return spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, ...env } });
}

test('a Node that can build runs the script itself, and says nothing', () => {
  const { status, stdout, stderr } = withNode(process.execPath, project());
  expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: `${process.version} a b c\n`, stderr: '' });
});

test.skipIf(old.program === undefined)(named('an old Node goes on with a newer one, and says so'), () => {
  const { status, stdout, stderr } = withNode(old.program ?? '', project(join(top, '.nestwatch/cache/node')));
  expect(stdout).toMatch(/^v22\.\d+\.\d+ a b c\n$/);
  expect(status).toBe(3);
  expect(stderr).toMatch(
    /^nestwatch: Node 18\.20\.8 is too old to build this; goes on with Node 22\.\S+,.*\n$/,
  );
});

test.skipIf(old.program === undefined)(
  named('without a registry it says in one line what is missing'),
  () => {
    const { status, stderr } = withNode(old.program ?? '', project(), {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: temporaryFolder('npm'),
    });
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining('goes on with Node 22.'),
      expect.stringMatching(
        /^nestwatch: cannot get the npm package node-linux-\S+ 22\.\S+: .*ECONNREFUSED.*; install/,
      ),
    ]);
  },
);

test.skipIf(old.program === undefined)(named('without npm it says that'), () => {
  const { status, stderr } = withNode(old.program ?? '', project(), { PATH: '/nowhere' });
  expect(status).toBe(2);
  expect(stderr).toContain(': npm is not installed; install Node 20.19, 22.12 or later');
});
