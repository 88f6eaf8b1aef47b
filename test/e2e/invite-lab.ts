import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { freePort } from '../../deploy/local/ports.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab, type NatsForGuests } from '../security/secured-lab.ts';

const top = resolve(import.meta.dirname, '../..');
const dist = join(top, 'dist');

/** What a guest's shell said, and how it ended. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/**
 * NATS with accounts and TLS, InfluxDB, a collector that serves invitations, and in place of the path unit of systemd a
 * loop that runs what that one runs.
 * @param packages folder with manifest.json
 * @param known how guests know NATS
 * @param more further settings of the collector
 */
export async function createInviteLab(
  packages: string,
  host = '127.0.0.1',
  known: NatsForGuests = {},
  more: Readonly<Record<string, string>> = {},
) {
  const lab = await createSecuredLab(undefined, undefined, known);
  const { dir, processes } = lab;
  const influxPort = await freePort();
  const { url: influxUrl } = await startTestInflux(processes, dir, influxPort);
  const port = await freePort();
  const [staged, outcomes] = [join(dir, 'staged'), join(dir, 'outcomes')];
  const login = { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: join(dir, '--collector.nk') };
  const settings = {
    ...login,
    NESTWATCH_INVITE_HOST: host,
    NESTWATCH_INVITE_PORT: String(port),
    NESTWATCH_INVITE_PACKAGES: packages,
    NESTWATCH_INVITE_STAGED: staged,
    NESTWATCH_INVITE_OUTCOMES: outcomes,
    ...more,
  };
  const signal = new AbortController().signal;
  const start = async () =>
    startCollector(
      processes,
      dist,
      { natsUrl: lab.url, influxUrl },
      await freePort(),
      () => undefined,
      signal,
      settings,
    );
  const collector = await start();
  const operator = lab.enroll('--operator', 'alice');
  await lab.reload();
  const nats = ['--nats-url', lab.url, '--nats-ca', lab.ca, '--nats-nkey', operator];
  const accounts = join(lab.conf, 'accounts.conf');
  const takeStaged = () =>
    lab.nestwatch(
      ...['take-staged', '--staged', staged, '--outcomes', outcomes, '--accounts', accounts],
      ...['--server', join(lab.conf, 'nats-server.conf'), '--reload', join(top, 'deploy/nats/reload.sh')],
      ...['--pid', String(processes.find('nats-server')?.pid)],
    );
  let installs = true;
  const installing = (async () => {
    while (installs) {
      if (existsSync(staged) && readdirSync(staged).some((name) => name.endsWith('.json'))) takeStaged();
      await sleep(100);
    }
  })();
  return {
    ...lab,
    port,
    base: `http://${host}:${port}`,
    accounts,
    influxUrl,
    collector: collector.child,
    /** Address of the lab page. */
    page: collector.url,
    startCollector: start,
    /** Runs `nestwatch` as an operator. */
    operate: (...words: string[]) => lab.nestwatch(...words, ...nats),
    /** @returns the address of a new invitation */
    invite: (...words: string[]): string => {
      const made = JSON.parse(lab.nestwatch('invite', '--lab', 'lab', '--json', ...words, ...nats)) as {
        addresses: { url: string }[];
      };
      return made.addresses[0]?.url ?? '';
    },
    members: () => readFileSync(accounts, 'utf8'),
    /** Nobody takes entries any more, as where NATS is elsewhere. */
    stopInstalling: async () => {
      installs = false;
      await installing;
    },
    async [Symbol.asyncDispose]() {
      installs = false;
      await installing;
      await lab[Symbol.asyncDispose]();
    },
  };
}

export type InviteLab = Awaited<ReturnType<typeof createInviteLab>>;

/** Runs a line of a shell to its end. */
export function shell(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
    child.once('exit', (status) => done({ status, output }));
  });
}

/** The home of a user of another guest. @param more of its environment */
export function guestOf(dir: string, name: string, more: Readonly<Record<string, string>> = {}) {
  const home = join(dir, `home-${name}`);
  mkdirSync(home);
  const env = { HOME: home, PATH: process.env['PATH'], TMPDIR: home, NODE_ENV: 'test', ...more };
  return {
    home,
    /** Pastes a line, with options. */
    paste: (url: string, ...options: string[]) =>
      shell('sh', ['-c', `curl -fsS ${url} | sh -s -- --user --background ${options.join(' ')}`], env),
    files: () => readdirSync(home, { recursive: true }).map(String),
  };
}

/** A package as the self-contained one is laid out, whose agent is the built one on the Node of these tests. */
export function smallPackage(folder: string, version = '1.0.0'): void {
  const name = `nestwatch-agent-${version}-linux-x64`;
  const program = join(folder, name, 'bin/nestwatch-agent');
  mkdirSync(join(folder, name, 'bin'), { recursive: true });
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${process.execPath}" "${join(dist, 'nestwatch-agent.mjs')}" "$@"\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(join(folder, name, 'VERSION'), `${version}\n`);
  execFileSync('tar', ['-C', folder, '-cJf', join(folder, `${name}.tar.xz`), name]);
  listPackage(folder, `${name}.tar.xz`, version);
}

export function listPackage(folder: string, file: string, version: string, sha256?: string): void {
  const bytes = readFileSync(join(folder, file));
  const sum = sha256 ?? createHash('sha256').update(bytes).digest('hex');
  const listed = {
    file,
    format: 'tar.xz',
    ownRuntime: true,
    bytes: statSync(join(folder, file)).size,
    sha256: sum,
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version, files: [listed] }));
}
