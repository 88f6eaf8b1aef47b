import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { bootstrap } from './debian-bootstrap.ts';
import { run } from './tool.ts';

/** An installed Debian system below a folder, to try packages in. */
export interface DebianRoot {
  readonly path: string;
  /** Runs a program in it. */
  chroot(...command: string[]): { status: number | null; output: string };
  remove(): void;
}

/**
 * Unpacks a minimal Debian of this machine's own release, made once with its own package sources and kept in
 * `cache`, and installs this machine's Node as the package nodejs, which Debian 12 has too old.
 */
export async function createRoot(cache: string): Promise<DebianRoot> {
  const archive = join(cache, 'debian-minbase.tar');
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter(existsSync);
  await bootstrap(archive, { release: release(), sources });
  const path = temporaryFolder('root');
  execFileSync('tar', ['-xf', archive, '-C', path, '--exclude=./dev/*']);
  execFileSync('mknod', ['-m', '666', join(path, 'dev/null'), 'c', '1', '3']);
  const root: DebianRoot = {
    path,
    chroot: (...command) => run('chroot', [path, ...command], { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  copyFileSync(nodePackage(path), join(path, 'nodejs.deb'));
  const { status, output } = root.chroot('dpkg', '-i', '/nodejs.deb');
  if (status !== 0) throw new Error(`Node does not install: ${output}`);
  return root;
}

function release(): string {
  const { output } = run('sh', ['-c', '. /etc/os-release && printf %s "$VERSION_CODENAME"']);
  return output;
}

function nodePackage(folder: string): string {
  const tree = join(folder, 'nodejs');
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  copyFileSync(process.execPath, join(tree, 'usr/bin/node'));
  const architecture = run('dpkg', ['--print-architecture']).output.trim();
  const fields = { Package: 'nodejs', Version: process.versions.node, Architecture: architecture };
  const control = Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`);
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    `${control.join('')}Depends: libstdc++6\nMaintainer: test\nDescription: Node.js of the machine that runs the test\n`,
  );
  const file = `${tree}.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file], { stdio: 'ignore' });
  return file;
}
