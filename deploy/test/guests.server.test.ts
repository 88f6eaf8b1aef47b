import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agentSchema } from '@nestwatch/agent/runtime/config/schema';
import { readConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { invitedSection, postSections as sections } from './kickstart.ts';
import { run } from './tool.ts';

const deploy = resolve(import.meta.dirname, '..');
const cloudInit = readFileSync(join(deploy, 'cloud-init/nestwatch-agent.yaml'), 'utf8');
const folder = temporaryFolder('guests');

/** Runs shell with the programs that would change the machine replaced by ones that only say that they ran. */
function rehearse(script: string, stubs: readonly string[]) {
  const path = temporaryFolder('stubs');
  for (const name of stubs)
    writeFileSync(join(path, name), `#!/bin/sh\necho "ran ${name} $*"\n`, { mode: 0o755 });
  return run('sh', ['-c', script], { PATH: `${path}:${process.env['PATH']}` });
}

test('the kickstart file has two sections of valid shell', () => {
  expect(sections).toHaveLength(2);
  for (const section of [...sections, invitedSection]) {
    const file = join(folder, 'post.sh');
    writeFileSync(file, section);
    expect(run('sh', ['-n', file])).toEqual({ status: 0, output: '' });
  }
});

test('%post installs the agent and leaves a configuration that the agent accepts', async () => {
  const cmdline = join(folder, 'cmdline');
  const config = join(folder, 'agent.yaml');
  writeFileSync(
    cmdline,
    'quiet nestwatch.source=http://10.0.0.1/n nestwatch.nats=nats://10.0.0.1:4222 nestwatch.lab=x7\n',
  );
  const script = (sections[0] ?? '')
    .replace('/proc/cmdline', cmdline)
    .replaceAll('/etc/nestwatch/agent.yaml', config);
  const { status, output } = rehearse(script, ['dnf', 'yum', 'chown', 'systemctl']);
  expect(status).toBe(0);
  expect(output).toContain('ran dnf -y install http://10.0.0.1/n/nestwatch-agent.rpm');
  expect(output).toContain('ran systemctl enable nestwatch-agent.service');
  const settled = await readConfig(agentSchema, { file: config, fileRequired: true, env: {}, flags: {} });
  expect([settled.lab, settled['nats.url']]).toEqual(['x7', 'nats://10.0.0.1:4222']);
});

test('%post names the node as it is told', async () => {
  const [cmdline, config] = [join(folder, 'cmdline-node'), join(folder, 'node.yaml')];
  writeFileSync(cmdline, 'nestwatch.source=http://x/n nestwatch.nats=nats://x:4222 nestwatch.node=guest1\n');
  const script = (sections[0] ?? '')
    .replace('/proc/cmdline', cmdline)
    .replaceAll('/etc/nestwatch/agent.yaml', config);
  rehearse(script, ['dnf', 'yum', 'chown', 'systemctl']);
  const settled = await readConfig(agentSchema, { file: config, fileRequired: true, env: {}, flags: {} });
  expect([settled.node, settled.lab]).toEqual(['guest1', 'default']);
});

test('%post without addresses says so and does not fail the installation', () => {
  const cmdline = join(folder, 'cmdline-bare');
  writeFileSync(cmdline, 'quiet\n');
  const { status, output } = rehearse((sections[0] ?? '').replace('/proc/cmdline', cmdline), ['dnf', 'yum']);
  expect(status).toBe(0);
  expect(output).toContain('no agent installed');
  expect(output).not.toContain('ran dnf');
});

test('the cloud-init script leaves a configuration that the agent accepts', async () => {
  const data = parse(cloudInit) as { write_files: { path: string; content: string }[] };
  const config = join(folder, 'cloud-agent.yaml');
  const script = (data.write_files[0]?.content ?? '').replaceAll('/etc/nestwatch/agent.yaml', config);
  const { status } = rehearse(script, ['curl', 'apt-get', 'dnf', 'chown', 'systemctl']);
  expect(status).toBe(0);
  const settled = await readConfig(agentSchema, { file: config, fileRequired: true, env: {}, flags: {} });
  expect([settled.lab, settled['nats.url']]).toEqual(['inception', 'nats://192.168.122.1:4222']);
});

test('the cloud-init script brings a key where it has one', async () => {
  const data = parse(cloudInit) as { write_files: { path: string; content: string }[] };
  const [config, key] = [join(folder, 'keyed.yaml'), join(folder, 'agent.nk')];
  const script = (data.write_files[0]?.content ?? '')
    .replace(/NODE=$/m, 'NODE=guest1')
    .replace(/SEED=$/m, 'SEED=SUAB')
    .replaceAll('/etc/nestwatch/agent.yaml', config)
    .replaceAll('/etc/nestwatch/agent.nk', key);
  expect(rehearse(script, ['curl', 'apt-get', 'dnf', 'chown', 'systemctl']).status).toBe(0);
  const settled = await readConfig(agentSchema, { file: config, fileRequired: true, env: {}, flags: {} });
  expect([settled.node, settled['nats.nkey']]).toEqual(['guest1', key]);
  expect(readFileSync(key, 'utf8')).toBe('SUAB\n');
  expect(statSync(key).mode & 0o037).toBe(0);
});

/** Runs a script that joins, with a curl that brings one which says how it was called. */
function joinBy(script: string, settings: string, key = '/nonexistent/agent.nk') {
  const [path, file] = [temporaryFolder('join'), join(folder, 'invitation')];
  const curl = '#!/bin/sh\necho "fetched $2"; echo \'echo "joined $*"\' >"$4"\n';
  writeFileSync(join(path, 'curl'), curl, { mode: 0o755 });
  writeFileSync(file, settings);
  const text = script
    .replaceAll('/etc/nestwatch/invitation', file)
    .replaceAll('/etc/nestwatch/agent.nk', key);
  return run('sh', ['-c', text], { PATH: `${path}:${process.env['PATH']}` });
}

test('the cloud-init script of an invitation joins once, and not by another script than it was told', () => {
  const text = readFileSync(join(deploy, 'cloud-init/nestwatch-invited.yaml'), 'utf8');
  const data = parse(text) as { write_files: { path: string; content: string }[] };
  const [settings = '', script = '', unit = ''] = data.write_files.map(({ content }) => content);
  const asIs = joinBy(script, settings);
  expect(asIs).toEqual({
    status: 0,
    output: 'fetched http://192.168.122.1:9465/i/TOKEN\njoined \n',
  });
  expect(joinBy(script, settings.replace(/NODE=$/m, 'NODE=guest1')).output).toContain('joined --node guest1');
  const other = joinBy(script, settings.replace(/SHA256=$/m, `SHA256=${'a'.repeat(64)}`));
  expect(other.status).not.toBe(0);
  expect(other.output).not.toContain('joined');
  expect(joinBy(script, settings, '/dev/null')).toEqual({ status: 0, output: '' });
  expect(unit).toContain('ExecStart=/usr/local/sbin/nestwatch-join\n');
});

test('%post of an invitation leaves a script and a unit that join at the first boot', () => {
  const [cmdline, root] = [join(folder, 'cmdline-invited'), temporaryFolder('invited')];
  const inRoot = (text: string) =>
    text.replace('/proc/cmdline', cmdline).replaceAll(/\/(etc|usr\/local)\//g, `${root}/$1/`);
  writeFileSync(cmdline, 'quiet nestwatch.invitation=http://10.0.0.1:9465/i/abc nestwatch.node=guest1\n');
  for (const path of ['etc/systemd/system', 'usr/local/sbin']) run('mkdir', ['-p', join(root, path)]);
  const { status, output } = rehearse(inRoot(invitedSection), ['systemctl']);
  expect([status, output]).toEqual([0, 'ran systemctl enable nestwatch-join.service\n']);
  const settings = join(root, 'etc/nestwatch/invitation');
  expect(statSync(settings).mode & 0o777).toBe(0o600);
  const script = readFileSync(join(root, 'usr/local/sbin/nestwatch-join'), 'utf8');
  const joined = joinBy(script.replaceAll(root, ''), readFileSync(settings, 'utf8'));
  expect(joined.output).toBe('fetched http://10.0.0.1:9465/i/abc\njoined --node guest1\n');
  expect(existsSync(join(root, 'etc/systemd/system/nestwatch-join.service'))).toBe(true);
  writeFileSync(cmdline, 'quiet\n');
  const without = rehearse(inRoot(invitedSection), ['systemctl']);
  expect([without.status, without.output.includes('ran')]).toEqual([0, false]);
});
