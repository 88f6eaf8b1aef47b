import { describe, expect, test } from 'vitest';
import { agent } from '../../packages/manifest.ts';
import type { Runtime } from '../../packages/runtime/make-runtime.ts';
import { partsText } from '../../packages/runtime/parts-text.ts';
import { standaloneAgent, startedBy } from '../../packages/runtime/standalone.ts';

const runtime: Runtime = {
  folder: '/made',
  files: ['ld-linux-x86-64.so.2', 'libc.so.6', 'node'],
  parts: [{ name: 'libc6', version: '2.36-9', from: "Debian's package libc6", licence: 'terms of libc6' }],
  licences: new Map([['LGPL-2.1', 'text of it']]),
};

describe('the package with a runtime of its own', () => {
  const standalone = standaloneAgent(runtime);
  const byPath = new Map(standalone.files.map((file) => [file.to, file]));

  test('needs no Node, and cannot be beside the small one', () => {
    expect(standalone.node).toBeUndefined();
    expect(standalone.insteadOf).toEqual([agent.name]);
    expect(agent.insteadOf).toEqual([standalone.name]);
  });

  test('has loader, libraries and Node in one folder, and what is started may be', () => {
    const home = '/usr/lib/nestwatch-agent';
    expect(byPath.get(`${home}/lib/runtime/node`)).toMatchObject({ from: '/made/node', mode: 0o755 });
    expect(byPath.get(`${home}/lib/runtime/ld-linux-x86-64.so.2`)).toMatchObject({ mode: 0o755 });
    expect(byPath.get(`${home}/lib/runtime/libc.so.6`)).toMatchObject({ mode: 0o644 });
    expect(byPath.get('/usr/bin/nestwatch-agent')).toEqual({
      to: '/usr/bin/nestwatch-agent',
      link: '../lib/nestwatch-agent/bin/nestwatch-agent',
    });
  });

  test('brings the licences of all parts, and says where they are from', () => {
    const documents = '/usr/share/doc/nestwatch-agent-standalone/licences';
    expect(byPath.get(`${documents}/libc6`)).toMatchObject({ content: 'terms of libc6' });
    expect(byPath.get(`${documents}/LGPL-2.1`)).toMatchObject({ content: 'text of it' });
    expect(byPath.get(`${documents}/PARTS`)?.content).toBe(partsText(runtime.parts));
    expect(partsText(runtime.parts)).toContain("libc6 2.36-9\n  Debian's package libc6\n");
  });

  test('has every other file of the small one, its documents in a folder of its own name', () => {
    const others = agent.files.filter(({ to }) => !/\/(bin|lib\/nestwatch)\//.test(to));
    const missing = others.filter(
      ({ to }) => !byPath.has(to.replace('/doc/nestwatch-agent/', '/doc/nestwatch-agent-standalone/')),
    );
    expect(missing).toEqual([]);
  });
});

test('a unit starts the starter instead of Node, and keeps the rest', () => {
  const unit = `Documentation=file:///usr/share/doc/nestwatch-agent/use/operations.md
EnvironmentFile=-/etc/default/nestwatch-agent
# As packages/agent/src/x.ts says
Environment=UV_THREADPOOL_SIZE=2
ExecStart=/usr/bin/node --a --b /usr/lib/nestwatch/nestwatch-agent.mjs run --config /etc/nestwatch/agent.yaml
Restart=always
`;
  expect(
    startedBy('/opt/x/bin/nestwatch-agent', '/opt/x/doc')(unit),
  ).toBe(`Documentation=file:///opt/x/doc/use/operations.md
EnvironmentFile=-/etc/default/nestwatch-agent
ExecStart=/opt/x/bin/nestwatch-agent run --config /etc/nestwatch/agent.yaml
Restart=always
`);
});
