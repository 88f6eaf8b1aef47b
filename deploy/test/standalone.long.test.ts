import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRuntime } from '../packages/runtime/make-runtime.ts';
import { buildTarball } from '../packages/runtime/tarball.ts';
import { startNameServer } from './name-server.ts';
import { type SmallRoot, smallRoots } from './small-roots.ts';
import { installed, run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');
const out = temporaryFolder('standalone');
const version = '1.0.0';
const options = { top, out, version, epoch: 1_700_000_000, compression: 0 };
/** Known to the name server alone. */
const NATS_NAME = 'nats.nestwatch.test';
const NAME_SERVER = '127.83.20.53';
const generous = 300_000;
/** A blank in it: it must work from any folder. */
const HOME = '/opt/nest watch';
const PROGRAM = `${HOME}/bin/nestwatch-agent`;

const made = await prepare().catch((error: unknown) => ({ reason: messageOf(error) }));
const reason = 'reason' in made ? made.reason : undefined;
const roots = 'roots' in made ? made.roots : [];

async function prepare(): Promise<{ roots: SmallRoot[] } | { reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'chroot needs root' };
  if (!installed('unshare')) return { reason: 'unshare is not installed' };
  const runtime = await makeRuntime(join(out, 'runtime'), () => undefined);
  execFileSync('tar', ['-xf', buildTarball(runtime, options), '-C', out]);
  const found = await smallRoots(join(out, 'roots'));
  for (const { path } of found) {
    cpSync(join(out, `nestwatch-agent-${version}-linux-x64`), join(path, HOME), { recursive: true });
    symlinkSync(`../../${PROGRAM}`, join(path, 'usr/bin/nestwatch-agent'));
    writeFileSync(join(path, 'etc/resolv.conf'), `nameserver ${NAME_SERVER}\n`);
  }
  return { roots: found };
}

describe.skipIf(reason !== undefined)(
  `the self-contained agent in roots without Node${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: generous },
  () => {
    let lab: TestLab;
    let names: Awaited<ReturnType<typeof startNameServer>>;
    beforeAll(async () => {
      lab = await createTestLab();
      names = await startNameServer(NAME_SERVER);
      await lab.startCollector();
    }, generous);
    afterAll(async () => {
      names?.stop();
      await lab?.[Symbol.asyncDispose]();
    });

    describe.each(roots)('$title', ({ title, path, inside }) => {
      const agent = (...words: string[]) => run(...inside(PROGRAM, ...words));
      const json = (...words: string[]) => {
        const { output } = agent(...words, '--json');
        return JSON.parse(output.slice(output.search(/^[[{]/m))) as unknown;
      };

      test('has no Node, and not what it takes to run one', () => {
        const node = join(HOME, 'lib/runtime/node');
        expect(run(...inside('sh', '-c', 'command -v node')).status).not.toBe(0);
        expect(run(...inside(node, '--version')).status).not.toBe(0);
        expect(existsSync(join(path, node))).toBe(true);
      });

      test('starts by its path, by a link, and by a path from where one is', () => {
        const expected = { status: 0, output: expect.stringMatching(/^nestwatch-agent \d+\.\d+\.\d+\n$/) };
        expect(agent('--version')).toEqual(expected);
        expect(run(...inside('nestwatch-agent', '--version'))).toEqual(expected);
        expect(run(...inside('sh', '-c', `cd "${HOME}/bin" && ./nestwatch-agent --version`))).toEqual(
          expected,
        );
        expect(run(...inside('sh', '-c', `cd "${HOME}/bin" && sh nestwatch-agent --version`))).toEqual(
          expected,
        );
      });

      test('check has a verdict on every question', () => {
        const { verdicts } = json('check') as { verdicts: { rule: string; level: string }[] };
        expect(verdicts.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['can-host', 'kvm-device']));
        expect(verdicts.map(({ level }) => level)).not.toContain('error');
      });

      test('probe reads what is there, and fails nowhere', () => {
        const probes = json('probe') as Record<string, { status: string }>;
        expect(probes['cpu-time']?.status).toBe('ok');
        const failed = Object.values(probes).filter(({ status }) => status !== 'ok' && status !== 'absent');
        expect(failed).toEqual([]);
      });

      test('bench measures, in processes of its own', () => {
        const benchmarks = ['cpu.sha256', 'cpu.shell-loop', 'proc.spawn', 'mem.first-touch', 'timer.latency'];
        const { status, output } = agent('bench', ...benchmarks, '--size', 'tiny', '--json');
        expect(status, output).toBe(0);
        const results = JSON.parse(/^\[$.*^\]$/ms.exec(output)?.[0] ?? '') as {
          benchmark: string;
          outcome: number;
        }[];
        expect(new Set(results.map(({ benchmark }) => benchmark))).toEqual(new Set(benchmarks));
        expect(new Set(results.map(({ outcome }) => outcome))).toEqual(
          new Set([v1.BenchmarkResult.Outcome.OK]),
        );
      });

      test('run finds NATS by its name, and reports what it samples and what it takes from its own process', async () => {
        const node = title.toLowerCase().replaceAll(/\W+/g, '-');
        const state = `/tmp/${node}`;
        mkdirSync(join(path, state));
        const { port } = new URL(lab.servers.natsUrl);
        const settings = {
          ...{ lab: 'roots', node, interval: '1s', 'state-dir': state },
          'nats-url': `nats://${NATS_NAME}:${port}`,
          'benchmarks-enabled': 'false',
        };
        const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
        lab.processes.start(node, ...inside(PROGRAM, 'run', ...flags));
        await lab.waitForRows(
          `SELECT * FROM nestwatch_cpu_time WHERE node = '${node}'`,
          (rows) => rows.length >= 3,
        );
        const [capability] = await lab.waitForRows(
          `SELECT * FROM nestwatch_capability WHERE node = '${node}'`,
        );
        expect(capability).toMatchObject({ node });
        expect(names.asked).toContain(NATS_NAME);
      });
    });
  },
);
