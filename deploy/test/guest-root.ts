import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Ran, shell } from '../../test/e2e/invite-lab.ts';
import { mirrorOf, type Suite, sourcesList } from '../debian/suites.ts';
import { unpackedPackages } from '../debian/unpacked-packages.ts';
import { bootstrap } from './debian-bootstrap.ts';
import { run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');

/** A root folder of a system that an invitation is pasted into. */
export interface GuestRoot {
  readonly title: string;
  readonly path: string;
  readonly node: string;
  /** Runs a line of its shell as root, where what `before` mounts is mounted. */
  shell(line: string, before?: string): Promise<Ran>;
  /** Ends what a test that failed half-way left running. */
  endAgent(): void;
}

interface System {
  readonly release: Suite;
  /** Packages beside the minimal ones; they are part of what the archive of the root is called. */
  readonly include?: readonly string[];
}

/**
 * A minimal Debian, to which BusyBox lends its wget: it has no way to fetch anything.
 * @param path the folder that becomes it; its last part is the title
 */
export async function createGuestRoot(path: string, { release, include = [] }: System): Promise<GuestRoot> {
  const name = ['debian-minbase', release, ...include].join('-');
  const archive = join(top, `.nestwatch/cache/${name}.tar`);
  const printed = run('apt-get', ['update', '--print-uris']).output;
  const mirror = mirrorOf(process.env['NESTWATCH_DEBIAN_MIRROR'], printed);
  const sources = sourcesList(release, mirror, 'binary').trim().split('\n');
  await bootstrap(archive, { release, sources, include });
  mkdirSync(path, { recursive: true });
  execFileSync('tar', ['-xf', archive, '-C', path, '--exclude=./dev/*']);
  for (const [device, minor] of Object.entries({ null: 3, urandom: 9 }))
    execFileSync('mknod', ['-m', '666', join(path, 'dev', device), 'c', '1', String(minor)]);
  const busybox = await unpackedPackages({
    ...{ purpose: 'the roots that invitations are tried in', without: 'these tests are skipped' },
    ...{ suite: 'bookworm', alone: true, packages: ['busybox-static'], note: () => undefined },
  });
  cpSync(join(busybox, 'bin/busybox'), join(path, 'usr/local/bin/wget'));
  const title = basename(path);
  return {
    ...{ title, path, node: title.toLowerCase() },
    shell: (line, before = 'true') => inside(path, line, before),
    endAgent() {
      const file = join(path, 'run/nestwatch-agent.pid');
      if (existsSync(file)) run('kill', [readFileSync(file, 'utf8').trim()]);
    },
  };
}

function inside(path: string, line: string, before: string): Promise<Ran> {
  const script = `mount --rbind /proc "$0/proc" && mount --rbind /sys "$0/sys" && ${before} && exec chroot "$0" /bin/sh -c "$1"`;
  // By TMPDIR it is known what belongs to this run.
  const env = { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR: process.env['TMPDIR'] };
  // Not run(): what takes entries runs in this process.
  return shell('unshare', ['--mount', 'sh', '-c', script, path, line], env);
}
