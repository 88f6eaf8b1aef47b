import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from './deb.ts';
import { withDocuments } from './documents/with-documents.ts';
import type { Manifest } from './manifest.ts';
import { specText } from './spec.ts';
import { stage } from './stage.ts';

/** Builds a .rpm with rpmbuild and returns its path. */
export function buildRpm(manifest: Manifest, options: BuildOptions): string {
  const { top, out, version, epoch, compression = 6 } = options;
  const work = join(out, `.${manifest.name}-rpm`);
  rmSync(work, { recursive: true, force: true });
  const staged = join(work, 'staged');
  const whole = withDocuments(manifest, options, 'rpm');
  stage(whole, top, staged);
  const files = whole.files.filter(
    ({ to }) => existsSync(join(staged, to)) || !to.startsWith('/usr/share/doc/'),
  );
  const spec = join(work, `${manifest.name}.spec`);
  const built = join(work, 'built');
  mkdirSync(built, { recursive: true });
  writeFileSync(spec, specText({ ...whole, files }, { ...options, version, staged }));
  const defines = {
    _topdir: work,
    _rpmdir: built,
    _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    _binary_payload: `w${compression}.xzdio`,
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    _buildhost: 'nestwatch',
    // Programs are packed as they are: neither stripped again nor linked by their build ids.
    __os_install_post: '%{nil}',
    _build_id_links: 'none',
  };
  execFileSync(
    'rpmbuild',
    [
      ...['-bb', '--quiet', ...Object.entries(defines).flatMap(([k, v]) => ['--define', `${k} ${v}`])],
      ...[manifest.node === undefined ? '--target=x86_64' : '--target=noarch', spec],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) } },
  );
  const [name] = readdirSync(built).filter((file) => file.endsWith('.rpm'));
  if (name === undefined) throw new Error(`rpmbuild left no package in ${built}`);
  copyFileSync(join(built, name), join(out, name));
  rmSync(work, { recursive: true, force: true });
  return join(out, name);
}
