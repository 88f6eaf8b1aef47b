import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from './deb.ts';
import type { Manifest } from './manifest.ts';
import { addUser, systemctl } from './scripts.ts';
import { stage } from './stage.ts';

/** Builds a .rpm with rpmbuild and returns its path. */
export function buildRpm(manifest: Manifest, { top, out, version, epoch }: BuildOptions): string {
  const work = join(out, `.${manifest.name}-rpm`);
  rmSync(work, { recursive: true, force: true });
  const staged = join(work, 'staged');
  stage(manifest, top, staged);
  const spec = join(work, `${manifest.name}.spec`);
  const built = join(work, 'built');
  mkdirSync(built, { recursive: true });
  writeFileSync(spec, specText(manifest, version, staged));
  const defines = {
    _topdir: work,
    _rpmdir: built,
    _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    _binary_payload: 'w6.xzdio',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    _buildhost: 'nestwatch',
  };
  execFileSync(
    'rpmbuild',
    ['-bb', '--quiet', ...Object.entries(defines).flatMap(([k, v]) => ['--define', `${k} ${v}`]), spec],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) } },
  );
  const [name] = readdirSync(built).filter((file) => file.endsWith('.rpm'));
  if (name === undefined) throw new Error(`rpmbuild left no package in ${built}`);
  copyFileSync(join(built, name), join(out, name));
  rmSync(work, { recursive: true, force: true });
  return join(out, name);
}

function specText(manifest: Manifest, version: string, staged: string): string {
  const { name, user, unit, node } = manifest;
  const files = manifest.files
    .filter(({ to }) => existsSync(join(staged, to)) || !to.startsWith('/usr/share/doc/'))
    .map(({ to, config }) => (config === true ? `%config(noreplace) %attr(0640,root,${user}) ${to}` : to));
  // Epoch 1 is what Fedora, RHEL and their kin give to nodejs. Fedora's packages of single versions, such as nodejs22,
  // may come without the file that the unit starts.
  return `Name: ${name}
Version: ${version}
Release: 1
Summary: ${manifest.summary}
License: Apache-2.0
BuildArch: noarch
AutoReqProv: no
Requires: nodejs >= 1:${node}
Requires: /usr/bin/node
Requires(pre): shadow-utils

%description
${manifest.description}

%install
mkdir -p %{buildroot}
cp -a ${staged}/. %{buildroot}/

%pre
${addUser(manifest)}
exit 0

%post
${systemctl('daemon-reload')}
if [ $1 -eq 1 ] && command -v systemctl >/dev/null; then systemctl preset ${unit} >/dev/null 2>&1 || true; fi
exit 0

%preun
if [ $1 -eq 0 ]; then
  ${systemctl(`disable --now ${unit}`)}
fi
exit 0

%postun
${systemctl('daemon-reload')}
if [ $1 -ge 1 ]; then
  ${systemctl(`try-restart ${unit}`)}
fi
exit 0

%files
%dir /etc/nestwatch
%dir /usr/lib/nestwatch
${files.join('\n')}
`;
}
