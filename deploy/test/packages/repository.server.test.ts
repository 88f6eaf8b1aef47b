import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, describe, expect, test } from 'vitest';
import { type ArtefactList, listArtefacts } from '../../packages/artefacts.ts';
import { layOutRepository } from '../../packages/repository/lay-out.ts';
import { installed, run } from '../tool.ts';

const epoch = 1_700_000_000;
const folder = temporaryFolder('repository');
const keys = join(folder, 'keys');
const KEY = 'packages@nestwatch.test';

/** A repository with one package, of which nothing is inside. */
function repository(name: string): { out: string; list: ArtefactList } {
  const out = join(folder, name);
  const tree = join(folder, `${name}-tree`);
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  mkdirSync(out, { recursive: true });
  const fields = 'Package: tried\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: tried\n';
  writeFileSync(join(tree, 'DEBIAN/control'), fields);
  const file = join(out, 'tried_1_all.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, file], { stdio: 'ignore' });
  const artefact = { file, format: 'deb', name: 'tried', architecture: 'all', ownRuntime: false } as const;
  return { out, list: listArtefacts(out, '1', [artefact]) };
}

/** What apt finds there of the package, with folders of its own. */
function asked(out: string, options: string) {
  const dir = join(folder, `apt-${options === '' ? 'plain' : 'signed'}`);
  const state = ['lists/partial', 'cache/archives/partial', 'parts'].map((each) => join(dir, each));
  for (const each of state) mkdirSync(each, { recursive: true });
  writeFileSync(join(dir, 'sources'), `deb ${options} file:${out} ./\n`);
  writeFileSync(join(dir, 'status'), '');
  const settings = [
    ...[`Dir::State::Lists=${join(dir, 'lists')}`, `Dir::State::Status=${join(dir, 'status')}`],
    ...[`Dir::Cache=${join(dir, 'cache')}`, `Dir::Etc::SourceList=${join(dir, 'sources')}`],
    ...[`Dir::Etc::SourceParts=${join(dir, 'parts')}`, 'APT::Sandbox::User='],
  ].flatMap((each) => ['-o', each]);
  const updated = run('apt-get', [...settings, 'update'], { LC_ALL: 'C' });
  const policy = run('apt-cache', [...settings, 'policy', 'tried'], { LC_ALL: 'C' });
  return { status: updated.status, output: `${updated.output}${policy.output}` };
}

describe.skipIf(!installed('apt-get') || !installed('dpkg-deb'))('the repository for apt', () => {
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);

  test('without a key it is not signed, which is said, and apt refuses it unless it is trusted', () => {
    const { out, list } = repository('plain');
    layOutRepository(list, { out, epoch, key: undefined, note });
    expect(notes).toEqual([`the repository in ${out} is not signed: set NESTWATCH_PACKAGE_KEY`]);
    expect(asked(out, '').output).toContain('is not signed');
    expect(asked(out, '[trusted=yes]').output).toMatch(/Candidate: 1\n/);
  });

  test.skipIf(!installed('gpg'))('with a key apt takes it by that key, and not when it was changed', () => {
    mkdirSync(keys, { mode: 0o700, recursive: true });
    process.env['GNUPGHOME'] = keys;
    const made = ['--batch', '--passphrase', '', '--quick-generate-key', KEY, 'ed25519', 'sign', 'never'];
    execFileSync('gpg', made, { stdio: 'ignore' });
    const { out, list } = repository('signed');
    layOutRepository(list, { out, epoch, key: KEY, note });
    const trusted = `[signed-by=${join(out, 'nestwatch.asc')}]`;
    const taken = asked(out, trusted);
    expect(taken.status, taken.output).toBe(0);
    expect(taken.output).toMatch(/Candidate: 1\n/);
    expect(run('gpg', ['--verify', join(out, 'SHA256SUMS.asc'), join(out, 'SHA256SUMS')]).status).toBe(0);

    const release = join(out, 'InRelease');
    writeFileSync(release, readFileSync(release, 'utf8').replace('Label: nestwatch', 'Label: another'));
    rmSync(join(out, 'Release.gpg'));
    expect(asked(out, trusted).output).toMatch(/invalid|not valid|BADSIG/i);
  });

  test.skipIf(!installed('gpg'))('a key that is not there is told in a line', () => {
    const { out, list } = repository('unknown');
    const lay = () => layOutRepository(list, { out, epoch, key: 'nobody@nowhere.test', note });
    expect(lay).toThrow(/^NESTWATCH_PACKAGE_KEY=nobody@nowhere\.test does not sign: .*$/);
  });

  afterAll(() => {
    run('gpgconf', ['--kill', 'all'], { GNUPGHOME: keys });
    delete process.env['GNUPGHOME'];
  });
});
