import type { BuildOptions } from './deb.ts';
import { rpmChangelog } from './documents/changelog.ts';
import type { WholeManifest } from './documents/with-documents.ts';
import type { Manifest, PackagedFile } from './manifest.ts';
import { addUser, systemctl } from './scripts.ts';

interface SpecOptions extends BuildOptions {
  /** Folder with the files as on the target. */
  readonly staged: string;
}

/** The recipe that rpmbuild makes a package by. */
export function specText(manifest: WholeManifest, options: SpecOptions): string {
  const { name, user, unit } = manifest;
  return `Name: ${name}
Version: ${options.version}
Release: 1
Summary: ${manifest.summary.replace(/^./, (first) => first.toUpperCase())}
License: ${manifest.licence}
AutoReqProv: no
${relations(manifest, options.version)}
# By their files: the packages have other names on SUSE.
Requires(pre): /usr/sbin/groupadd
Requires(pre): /usr/sbin/useradd

%description
${manifest.description}

%install
mkdir -p %{buildroot}
cp -a ${options.staged}/. %{buildroot}/

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
${ownFolders(manifest)
  .map((folder) => `%dir ${folder}`)
  .join('\n')}
${manifest.files.map((file) => fileLine(file, user)).join('\n')}

%changelog
${rpmChangelog(options)}`;
}

/**
 * Epoch 1 is what Fedora, RHEL and their kin give to nodejs. Fedora's packages of single versions, such as nodejs22, may
 * come without the file that the unit starts.
 */
function relations({ node, insteadOf }: Manifest, version: string): string {
  const own = node === undefined;
  return [
    own ? '' : 'BuildArch: noarch',
    ...(own ? insteadOf.map((each) => `Provides: ${each} = ${version}`) : []),
    ...insteadOf.map((each) => `Conflicts: ${each}`),
    ...(own ? [] : [`Requires: nodejs >= 1:${node}`, 'Requires: /usr/bin/node']),
  ]
    .filter(Boolean)
    .join('\n');
}

/** Folders that no other package brings. */
function ownFolders({ files, name }: Manifest): string[] {
  const isOwn = (folder: string) =>
    /^\/usr\/(lib|share)\/nestwatch/.test(folder) ||
    folder === `/usr/share/doc/${name}` ||
    folder.startsWith(`/usr/share/doc/${name}/`);
  const folders = files.flatMap(({ to }) => {
    const parts = to.split('/').slice(1, -1);
    return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  });
  return [...new Set(folders)].filter(isOwn).sort();
}

function fileLine({ to, config }: PackagedFile, user: string): string {
  // A name may have a blank in it.
  const path = /\s/.test(to) ? `"${to}"` : to;
  if (config === true) return `%config(noreplace) %attr(0640,root,${user}) ${path}`;
  if (/\/(LICENSE|NOTICES)$|\/licences\//.test(to)) return `%license ${path}`;
  return /^\/usr\/share\/(doc|man)\//.test(to) ? `%doc ${path}` : path;
}
