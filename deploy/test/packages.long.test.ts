import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDeb } from '../packages/deb.ts';
import { agent, collector, type Manifest } from '../packages/manifest.ts';
import { buildRpm } from '../packages/rpm.ts';
import { makeRuntime } from '../packages/runtime/make-runtime.ts';
import { standaloneAgent } from '../packages/runtime/standalone.ts';
import { noRootBecause } from './debian-bootstrap.ts';
import { createRoot, type DebianRoot } from './debian-root.ts';
import { installed, run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const out = temporaryFolder('packages');
const version = '1.0.0';
const epoch = 1_700_000_000;
const generous = 300_000;
const PROGRAMS = ['nestwatch-agent', 'nestwatch-collector', 'nestwatch'];
const reason = noRootBecause();

beforeAll(() => {
  const missing = PROGRAMS.filter((name) => !existsSync(join(top, 'dist', `${name}.packages.json`)));
  if (missing.length > 0) {
    execFileSync(process.execPath, [join(top, 'scripts/build.mjs'), ...missing], { stdio: 'ignore' });
  }
}, generous);

/** The same package with another default configuration. */
function withConfig(manifest: Manifest, text: string): Manifest {
  const changed = join(out, `${manifest.name}.yaml`);
  writeFileSync(changed, text);
  const from = relative(top, changed);
  return {
    ...manifest,
    files: manifest.files.map((file) => (file.config === true ? { ...file, from } : file)),
  };
}

function build(manifest: Manifest, make: typeof buildDeb, of = version): string {
  const folder = join(out, of);
  mkdirSync(folder, { recursive: true });
  return make(manifest, { top, out: folder, version: of, epoch, compression: 0 });
}

describe.skipIf(!installed('dpkg-deb'))('.deb', { timeout: generous }, () => {
  test('the same source gives the same package', () => {
    const first = readFileSync(build(agent, buildDeb));
    expect(readFileSync(build(agent, buildDeb)).equals(first)).toBe(true);
  });

  test.each([agent, collector])('$name is for every architecture', (manifest) => {
    const { output } = run('dpkg-deb', ['--field', build(manifest, buildDeb), 'Architecture']);
    expect(output.trim()).toBe('all');
  });

  test('Node is a dependency', () => {
    const depends = (manifest: Manifest) =>
      run('dpkg-deb', ['--field', build(manifest, buildDeb), 'Depends']).output;
    expect(depends(agent)).toContain('nodejs (>= 18),');
    expect(depends(collector)).toContain('nodejs (>= 18.17),');
  });
});

describe.skipIf(reason !== undefined)(
  `installed in a Debian root${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: generous },
  () => {
    let root: DebianRoot;
    beforeAll(async () => {
      root = await createRoot(join(top, '.nestwatch/cache'));
    }, generous);
    afterAll(() => root?.remove(), generous);

    const at = (path: string) => join(root.path, path);
    const bring = (file: string) => {
      copyFileSync(file, at(basename(file)));
      return `/${basename(file)}`;
    };

    describe.each([agent, collector])('$name.deb', (manifest) => {
      const { name, user, files } = manifest;
      const config = files.find(({ config }) => config === true)?.to ?? '';

      test('installs: program, unit, user, and a configuration that others cannot read', () => {
        const result = root.chroot('dpkg', '-i', bring(build(manifest, buildDeb)));
        expect(result.output).not.toMatch(/error|warning/i);
        expect(result.status).toBe(0);
        expect(root.chroot('id', user).output).toMatch(/^uid=\d+/);
        expect(statSync(at(config)).mode & 0o777).toBe(0o640);
        expect(root.chroot('stat', '-c', '%U:%G', config).output.trim()).toBe(`root:${user}`);
        expect(existsSync(at(`/usr/lib/systemd/system/${manifest.unit}`))).toBe(true);
      });

      test('runs as its user, with its own configuration', () => {
        const asUser = (...words: string[]) =>
          root.chroot('setpriv', '--reuid', user, '--regid', user, '--clear-groups', name, ...words);
        const shown = asUser('run', '--print-config', '--config', config);
        expect(shown.status).toBe(0);
        expect(shown.output).toContain('nats.url: "nats://127.0.0.1:4222"');
        expect(asUser('--version').output).toMatch(/^nestwatch-\w+ \d+\.\d+\.\d+$/m);
      });

      test('keeps a changed configuration when upgraded', () => {
        appendFileSync(at(config), '# changed here\n');
        const next = bring(build(withConfig(manifest, '# a newer default\n'), buildDeb, '1.1.0'));
        // As apt-get does where nobody can be asked.
        const { status } = root.chroot('dpkg', '--force-confdef', '--force-confold', '-i', next);
        expect(status).toBe(0);
        expect(root.chroot('dpkg-query', '-W', '-f', '$'.concat('{Version}'), name).output).toBe('1.1.0');
        expect(readFileSync(at(config), 'utf8')).toContain('# changed here');
        expect(readFileSync(at(`${config}.dpkg-dist`), 'utf8')).toBe('# a newer default\n');
        expect(statSync(at(config)).mode & 0o777).toBe(0o640);
      });

      test('removing keeps the configuration and the data, purging leaves nothing', () => {
        const state = at(`/var/lib/${user}`);
        mkdirSync(state);
        expect(root.chroot('dpkg', '--remove', name).status).toBe(0);
        expect([existsSync(at(config)), existsSync(state), existsSync(at(`/usr/bin/${name}`))]).toEqual([
          true,
          true,
          false,
        ]);
        expect(root.chroot('dpkg', '--purge', name).status).toBe(0);
        expect([existsSync(at(config)), existsSync(state)]).toEqual([false, false]);
        expect(root.chroot('id', user).status).not.toBe(0);
      });
    });

    describe('nestwatch-agent-standalone.deb', () => {
      const config = '/etc/nestwatch/agent.yaml';
      const versionOf = () => root.chroot('nestwatch-agent', '--version').output;
      let standalone: Manifest;
      beforeAll(async () => {
        standalone = standaloneAgent(await makeRuntime(join(out, 'runtime'), () => undefined));
      }, generous);

      test('takes the place of the small package, with its configuration', () => {
        expect(root.chroot('dpkg', '-i', bring(build(agent, buildDeb))).status).toBe(0);
        appendFileSync(at(config), '# changed here\n');
        const replaced = root.chroot('dpkg', '-B', '-i', bring(build(standalone, buildDeb)));
        expect(replaced.status, replaced.output).toBe(0);
        expect(root.chroot('dpkg', '--remove', 'nodejs').status).toBe(0);
        expect(versionOf()).toMatch(/^nestwatch-agent \d+\.\d+\.\d+\n$/);
        expect(readFileSync(at(config), 'utf8')).toContain('# changed here');
        const unit = readFileSync(at(`/usr/lib/systemd/system/${standalone.unit}`), 'utf8');
        expect(unit).toContain(`ExecStart=/usr/bin/nestwatch-agent run --config ${config}\n`);
        expect(root.chroot('/usr/bin/nestwatch-agent', 'run', '--print-config').output).toContain(
          'nats.url:',
        );
      });

      test('keeps what it shares with the small one when that is purged', () => {
        mkdirSync(at('/var/lib/nestwatch-agent'), { recursive: true });
        expect(root.chroot('dpkg', '--purge', agent.name).status).toBe(0);
        expect(readFileSync(at(config), 'utf8')).toContain('# changed here');
        expect(root.chroot('stat', '-c', '%U:%G %a', config).output.trim()).toBe(`root:${agent.user} 640`);
        expect(existsSync(at('/var/lib/nestwatch-agent'))).toBe(true);
        expect(versionOf()).toContain('nestwatch-agent');
      });

      test('leaves nothing when purged, and the small one installs again', () => {
        expect(root.chroot('dpkg', '--purge', standalone.name).status).toBe(0);
        const left = [
          config,
          '/var/lib/nestwatch-agent',
          '/usr/bin/nestwatch-agent',
          '/usr/lib/nestwatch-agent',
        ];
        expect(left.filter((path) => existsSync(at(path)))).toEqual([]);
        expect(root.chroot('id', agent.user).status).not.toBe(0);
        expect(root.chroot('dpkg', '-i', '/nodejs.deb').status).toBe(0);
      });
    });

    describe.skipIf(!installed('rpmbuild'))('.rpm', () => {
      const rpm = (...words: string[]) => run('rpm', ['--root', root.path, ...words]);
      const configOf = ({ files }: Manifest) => files.find(({ config }) => config === true)?.to ?? '';
      // Both on one machine, as the walk-through has them on guest0: the folders they share belong to both.
      const both = [agent, collector];

      test.each(both)(
        '$name installs with its user and a configuration that others cannot read',
        (manifest) => {
          const { name, user, unit } = manifest;
          const { status, output } = rpm('-i', '--nodeps', build(manifest, buildRpm));
          expect(output).not.toMatch(/error|failed/i);
          expect(status).toBe(0);
          expect(root.chroot('stat', '-c', '%U:%G %a', configOf(manifest)).output.trim()).toBe(
            `root:${user} 640`,
          );
          expect(existsSync(at(`/usr/lib/systemd/system/${unit}`))).toBe(true);
          expect(root.chroot(name, '--version').status).toBe(0);
          // Sizes, digests, owners and modes of every file are what the package says; times are, too.
          expect(rpm('-V', '--nodeps', name).output).toBe('');
        },
      );

      test.each(both)(
        '$name keeps a changed configuration when upgraded, the new one beside it',
        (manifest) => {
          const config = configOf(manifest);
          appendFileSync(at(config), '# changed here\n');
          const next = withConfig(manifest, '# a newer default\n');
          expect(rpm('-U', '--nodeps', build(next, buildRpm, '1.1.0')).status).toBe(0);
          expect(rpm('-q', manifest.name).output.trim()).toBe(`${manifest.name}-1.1.0-1.noarch`);
          expect(readFileSync(at(config), 'utf8')).toContain('# changed here');
          expect(readFileSync(at(`${config}.rpmnew`), 'utf8')).toBe('# a newer default\n');
        },
      );

      test('the command nestwatch comes with the collector, and knows every dashboard of Grafana', () => {
        expect(root.chroot('nestwatch', '--version').output).toMatch(/^nestwatch \d+\.\d+\.\d+$/m);
        const dashboards = readdirSync(join(top, 'dashboards')).filter((name) =>
          name.startsWith('nestwatch-'),
        );
        expect(readdirSync(at('/usr/share/nestwatch/grafana/dashboards')).sort()).toEqual(dashboards.sort());
      });

      test.each(both)(
        'removing package $name leaves its changed configuration beside the way, and the other package',
        (manifest) => {
          const { name } = manifest;
          const [other] = both.filter((each) => each !== manifest && rpm('-q', each.name).status === 0);
          expect(rpm('-e', name).status).toBe(0);
          expect(existsSync(at(`/usr/bin/${name}`))).toBe(false);
          expect(readFileSync(at(`${configOf(manifest)}.rpmsave`), 'utf8')).toContain('# changed here');
          if (other !== undefined) expect(root.chroot(other.name, '--version').status).toBe(0);
        },
      );

      test('Node is a dependency', () => {
        const requires = (manifest: Manifest) =>
          run('rpm', ['-qp', '--requires', build(manifest, buildRpm)]).output.split('\n');
        expect(requires(agent)).toEqual(expect.arrayContaining(['nodejs >= 1:18', '/usr/bin/node']));
        expect(requires(collector)).toContain('nodejs >= 1:18.17');
      });
    });
  },
);
