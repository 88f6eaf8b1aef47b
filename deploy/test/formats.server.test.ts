import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import { type DebianTools, unpackTools } from './debian-tools.ts';
import { invitedSection, postSections } from './kickstart.ts';
import { installed, run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const deploy = join(top, 'deploy');
const folder = temporaryFolder('formats');
const found = await unpackTools(join(top, '.nestwatch/cache'));
const reason = 'reason' in found ? found.reason : undefined;
const tools = found as DebianTools;

describe.skipIf(reason !== undefined)(
  `judged by their own tools${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 180_000 },
  () => {
    test('docker-compose accepts the services, with the passwords that make-env.sh makes', () => {
      const env = join(folder, 'env');
      writeFileSync(env, run('sh', [join(deploy, 'compose/make-env.sh')]).output);
      const file = join(deploy, 'compose.yaml');
      const checked = tools.run('docker-compose', ['--env-file', env, '-f', file, 'config']);
      expect(checked.status, checked.output).toBe(0);
      expect(checked.output).toContain('hostname: collector');
      // A newer docker-compose writes out in which networks a service is.
      expect(checked.output).not.toMatch(/\$\{|^\s*(?!(default|bus|store|alerts):)\S+: null$/m);
    });

    test('without passwords docker-compose says how to make them', () => {
      const env = join(folder, 'empty');
      writeFileSync(env, '');
      const file = join(deploy, 'compose.yaml');
      const { status, output } = tools.run('docker-compose', ['--env-file', env, '-f', file, 'config']);
      expect(status).not.toBe(0);
      expect(output).toContain('make-env.sh');
      // A newer one names whichever variable it comes to first.
      const wanted = readFileSync(file, 'utf8').match(/\$\{[^}]*:\?[^}]*\}/g) ?? [];
      expect(wanted.length).toBeGreaterThan(3);
      for (const each of wanted) expect(each).toContain('make-env.sh');
    });

    test.each(['agent', 'invited'])('cloud-init finds the user data of nestwatch-%s valid', (name) => {
      const file = join(deploy, `cloud-init/nestwatch-${name}.yaml`);
      const { status, output } = tools.run('cloud-init', ['schema', '--config-file', file]);
      expect(output).toContain('Valid');
      expect(status).toBe(0);
    });

    test.each([
      ...['make-env.sh', 'prepare.sh', 'enroll.sh', 'accounts.sh'].map((name) => `compose/${name}`),
      ...['nats/certificates.sh', 'nats/sync.sh', 'nats/reload.sh'],
    ])('ShellCheck finds nothing in %s', (script) => {
      const { status, output } = tools.run('shellcheck', ['--shell=sh', join(deploy, script)]);
      expect(output).toBe('');
      expect(status).toBe(0);
    });

    test.each([...postSections, invitedSection].map((text, index) => ({ text, section: index + 1 })))(
      'ShellCheck finds nothing in %post section $section',
      ({ text, section }) => {
        const script = join(folder, `post-${section}.sh`);
        writeFileSync(script, text);
        const { status, output } = tools.run('shellcheck', ['--shell=sh', script]);
        expect(output).toBe('');
        expect(status).toBe(0);
      },
    );

    test('virt-install takes the command of the first lab, and makes a guest that can host guests', () => {
      const { status, output } = rehearseFirstGuest();
      expect(status, output).toBe(0);
      expect(output).toContain('<name>guest1</name>');
      expect(output).toContain('<vcpu>4</vcpu>');
      expect(output).toContain('<cpu mode="host-passthrough"/>');
      expect(output).toContain('cache="unsafe"');
      expect(output).toMatch(
        /<cmdline>inst\.ks=\S+ console=\S+ nestwatch\.invitation=http:\S+\/i\/TOKEN nestwatch\.node=guest1</,
      );
    });
  },
);

test.skipIf(!installed('ksvalidator'))('ksvalidator finds the kickstart file valid', () => {
  const { status, output } = run('ksvalidator', [join(deploy, 'kickstart/nestwatch-agent.ks')]);
  expect(output).toBe('');
  expect(status).toBe(0);
});

/**
 * Runs the commands under "guest1" of the first lab as they stand, but for folders and the installer's address, against
 * libvirt's test driver, which has no guests. Nothing is installed: virt-install prints the guest it would make.
 */
function rehearseFirstGuest() {
  const text = readFileSync(join(top, 'docs/use/first-lab.md'), 'utf8');
  const block = /## 4\. guest1\n+```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const [images, tree, programs] = ['images', 'tree', 'programs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [images, tree, programs]) mkdirSync(path, { recursive: true });
  for (const name of ['vmlinuz', 'initrd.img']) writeFileSync(join(tree, name), '');
  const { words, env } = tools.command('virt-install');
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const stub = (name: string, body: string) =>
    writeFileSync(join(programs, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  stub('virt-install', `exec ${quoted} --connect test:///default --print-xml "$@"`);
  stub('qemu-img', 'for word; do case $word in *.qcow2) : > "$word" ;; esac; done');
  const script = block
    .replaceAll('/var/lib/libvirt/images', images)
    .replace(/--location \S+/, `--location ${tree},kernel=vmlinuz,initrd=initrd.img`);
  return run('sh', ['-ec', script], { ...env, HOME: folder, PATH: `${programs}:${process.env['PATH']}` });
}
