import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from '../deb.ts';
import { bundledIn } from '../documents/bundled.ts';
import { notices } from '../documents/notices.ts';
import { commandFiles } from '../documents/with-documents.ts';
import { agent, type PackagedFile } from '../manifest.ts';
import { stage } from '../stage.ts';
import type { Runtime } from './make-runtime.ts';
import { licenceFiles, programFiles, startedBy } from './standalone.ts';

/** Where the unit in the tarball expects it; for another place, change that line. */
export const USUAL_HOME = '/opt/nestwatch-agent';

/** Files of the small package that the tarball has under other names. */
const KEPT: readonly (readonly [RegExp, string])[] = [
  [/^\/etc\/nestwatch\/agent\.yaml$/, '/etc/agent.yaml'],
  [/^\/usr\/lib\/(systemd\/system\/.*|modules-load\.d\/.*)$/, '/share/$1'],
  [/^\/usr\/share\/nestwatch\/(.*)$/, '/share/$1'],
  [/^\/usr\/share\/(doc)\/[^/]+\/(.*)$/, '/share/$1/$2'],
];

/**
 * Builds nestwatch-agent-VERSION-linux-x64.tar.xz and returns its path. All is below one folder of the same name:
 * `bin/nestwatch-agent` starts the agent wherever the folder is, `etc/agent.yaml` is an example, `share/` has a unit for
 * systemd and documents, `licences/` the licences of what is inside, and `VERSION` the version alone on a line.
 */
export function buildTarball(runtime: Runtime, options: BuildOptions): string {
  const { top, out, version, epoch, compression = 6 } = options;
  const name = `nestwatch-agent-${version}-linux-x64`;
  const work = join(out, `.${name}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, name), { recursive: true, mode: 0o755 });
  stage({ ...agent, files: tarballFiles(runtime, options) }, top, join(work, name));
  const file = join(out, `${name}.tar.xz`);
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go=rX'];
  execFileSync(
    'tar',
    [
      ...['--sort=name', `--mtime=@${epoch}`, ...owner, '-I', `xz -${compression} -T1`],
      '-cf',
      file,
      '-C',
      work,
      name,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  rmSync(work, { recursive: true, force: true });
  return file;
}

/** @returns files by their path in the folder, each with a slash before it */
export function tarballFiles(runtime: Runtime, options: BuildOptions): PackagedFile[] {
  const shared = agent.files.flatMap((file) => {
    const [from, to] = KEPT.find(([pattern]) => pattern.test(file.to)) ?? [];
    if (from === undefined || to === undefined) return [];
    const moved = { ...file, to: file.to.replace(from, to), config: false };
    return file.to.endsWith('.service')
      ? [{ ...moved, edit: startedBy(`${USUAL_HOME}/bin/nestwatch-agent`, `${USUAL_HOME}/share/doc`) }]
      : [moved];
  });
  return [
    { to: '/VERSION', content: `${options.version}\n` },
    { to: '/LICENSE', from: 'LICENSE' },
    { to: '/NOTICES', content: notices(bundledIn(options.top, agent.programs), 'LICENSE', true) },
    ...programFiles('', runtime),
    ...shared,
    ...commandFiles(agent, options, '/share'),
    ...licenceFiles('/licences', runtime),
  ];
}
