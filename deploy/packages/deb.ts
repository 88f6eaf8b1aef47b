import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { addUser, forget, protectConfig, systemctl, unitFile } from './scripts.ts';
import { stage } from './stage.ts';

export interface BuildOptions {
  /** Top of the source tree, with dist/ built. */
  readonly top: string;
  /** Folder that receives the package. */
  readonly out: string;
  readonly version: string;
  /** Seconds since 1970 given to every file, so that the same source gives the same package. */
  readonly epoch: number;
}

/** Builds a .deb with dpkg-deb and returns its path. */
export function buildDeb(manifest: Manifest, { top, out, version, epoch }: BuildOptions): string {
  const root = join(out, `.${manifest.name}-deb`);
  rmSync(root, { recursive: true, force: true });
  stage(manifest, top, root);
  const control = join(root, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  for (const [name, text] of Object.entries(controlFiles(manifest, version))) {
    const isScript = text.startsWith('#!');
    writeFileSync(join(control, name), text, { mode: isScript ? 0o755 : 0o644 });
  }
  const file = join(out, `${manifest.name}_${version}_all.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', root, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  });
  rmSync(root, { recursive: true, force: true });
  return file;
}

function controlFiles(manifest: Manifest, version: string): Record<string, string> {
  const { name, unit, node, files } = manifest;
  const conffiles = files.filter(({ config }) => config === true).map(({ to }) => `${to}\n`);
  return {
    control: `Package: ${name}
Version: ${version}
Architecture: all
Maintainer: nestwatch maintainers <nestwatch@localhost>
Section: admin
Priority: optional
Depends: nodejs (>= ${node}), passwd
Recommends: kmod
Description: ${manifest.summary}
${manifest.description.replaceAll(/^/gm, ' ')}
`,
    conffiles: conffiles.join(''),
    postinst: `#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
${addUser(manifest)}
${protectConfig(manifest)}
${systemctl('daemon-reload')}
if [ -z "$2" ]; then
  ${unitFile('enable', manifest)}
  ${systemctl(`start --no-block ${unit}`)}
else
  ${systemctl(`try-restart ${unit}`)}
fi
`,
    prerm: `#!/bin/sh
set -e
if [ "$1" = remove ]; then
  ${systemctl(`stop ${unit}`)}
  ${unitFile('disable', manifest)}
fi
`,
    postrm: `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  ${forget(manifest).replaceAll('\n', '\n  ')}
  rmdir /etc/nestwatch 2>/dev/null || true
fi
${systemctl('daemon-reload')}
`,
  };
}
