import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { installed, run } from './tool.ts';

/** An installed Debian system below a folder, to try packages in. */
export interface DebianRoot {
  readonly path: string;
  /** Runs a program in it. */
  chroot(...command: string[]): { status: number | null; output: string };
  remove(): void;
}

/** Why no root can be made here; undefined when it can. */
export function noRootBecause(): string | undefined {
  if (process.getuid?.() !== 0) return 'making a Debian root needs root';
  if (!installed('mmdebstrap')) return 'mmdebstrap is not installed';
  if (!existsSync('/etc/debian_version')) return 'only Debian has the package sources for it';
  return undefined;
}

/**
 * Unpacks a minimal Debian of this machine's own release, made once with its own package sources and kept in
 * `cache`, and installs this machine's Node as the package nodejs, which Debian 12 has too old.
 */
export function createRoot(cache: string): DebianRoot {
  const archive = join(cache, 'debian-minbase.tar');
  if (!existsSync(archive)) bootstrap(archive);
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

function bootstrap(archive: string): void {
  mkdirSync(join(archive, '..'), { recursive: true });
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter(existsSync);
  const made = `${archive}.${process.pid}`;
  execFileSync('mmdebstrap', ['--variant=minbase', '--format=tar', release(), made, ...sources], {
    stdio: 'ignore',
  });
  renameSync(made, archive);
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
