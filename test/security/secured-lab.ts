import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import { natsSettings } from '@nestwatch/common/config/connection';
import { loadConfig } from '@nestwatch/common/config/load';
import { natsAccess } from '@nestwatch/common/nats/access';
import { inboxPrefix } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';

const top = resolve(import.meta.dirname, '../..');
const signal = new AbortController().signal;

/** How the server's users are kept: an account for each, or all in that of JetStream, the way of before. */
export type Way = 'accounts' | 'users';

/** The NATS server of deploy/nats with its own authority, and users as `nestwatch enroll` makes them. */
export interface SecuredLab extends AsyncDisposable {
  dir: string;
  /** nats-server.conf, and beside it accounts.conf or users.conf. */
  conf: string;
  url: string;
  /** Where the server reports itself (/accountz and so on). */
  monitorUrl: string;
  ca: string;
  processes: ReturnType<typeof createProcesses>;
  /** Runs `nestwatch` and gives what it wrote; throws with what it said when it fails. */
  nestwatch(...args: string[]): string;
  /** Enrolls and gives the path of the key. Users made after the start need `reload`. */
  enroll(...args: string[]): string;
  /** Takes users out. They need `reload` as well. */
  revoke(...args: string[]): void;
  reload(): Promise<void>;
  /** Stops the server, does something, and starts it again. @param login where the collector's key does not do any more */
  restart(meanwhile: () => void, login?: Readonly<Record<string, string>>): Promise<void>;
  connect(key: string, node?: string, options?: ConnectionOptions): Promise<NatsConnection>;
}

/** How guests know the server. */
export interface NatsForGuests {
  /** Further names and addresses of it. */
  readonly names?: readonly string[];
  /** Time for a TLS handshake and a login, s: for guests whose clock is slow. */
  readonly loginS?: number;
}

/**
 * @param binary a nats-server; by default the one that is installed
 * @param known further names and addresses of it, and how long it waits for a login
 */
export async function createSecuredLab(
  way: Way = 'accounts',
  binary = findTool({ command: 'nats-server' }) ?? 'nats-server',
  { names = [], loginS }: NatsForGuests = {},
): Promise<SecuredLab> {
  const dir = temporaryFolder('secured');
  const processes = createProcesses(join(dir, 'logs'));
  const conf = join(dir, 'nats');
  makeConfiguration(conf, binary, names);
  const [port, monitorPort] = [await freePort(), await freePort()];
  const file = join(conf, 'nats-server.conf');
  // The deployed file as it is, but for where it listens and stores.
  const deployed = readFileSync(join(top, 'deploy/nats/nats-server.conf'), 'utf8')
    .replace('"0.0.0.0:4222"', `"127.0.0.1:${port}"`)
    .replaceAll('/etc/nats/nestwatch', conf)
    .replaceAll(/timeout: 5$/gm, `timeout: ${loginS ?? 5}`)
    .replace('"/var/lib/nats/jetstream"', JSON.stringify(join(dir, 'jetstream')));
  writeFileSync(file, way === 'accounts' ? deployed : asBefore(deployed));
  const members = [`--${way}`, join(conf, `${way}.conf`)];
  const url = `tls://localhost:${port}`;
  const ca = join(conf, 'tls/ca.pem');

  const nestwatch = (...args: string[]) =>
    execFileSync(process.execPath, [join(top, 'dist/nestwatch.mjs'), ...args], {
      cwd: dir,
      stdio: 'pipe',
    }).toString();
  const enroll = (...args: string[]) => {
    const key = join(dir, `${args.join('-').replace(/[^A-Za-z0-9-]/g, '')}.nk`);
    nestwatch('enroll', ...args, ...members, '--key', key);
    return key;
  };
  const admin = enroll('--collector');

  const connectBy = async (login: Readonly<Record<string, string>>, options: ConnectionOptions) => {
    const config = loadConfig(natsSettings, { env: {}, flags: { 'nats.url': url, 'nats.ca': ca, ...login } });
    return connect({
      servers: url,
      reconnect: false,
      timeout: 20_000,
      ...(await natsAccess(config)).options,
      ...options,
    });
  };
  const connectAs = (key: string, node?: string, options: ConnectionOptions = {}) => {
    const own = node === undefined ? {} : { inboxPrefix: inboxPrefix('lab', node) };
    return connectBy({ 'nats.nkey': key }, { ...own, ...options });
  };
  const logFile = join(dir, 'logs/nats-server.log');
  const log = () => readFileSync(logFile, 'utf8');
  const start = async (login: Readonly<Record<string, string>> = { 'nats.nkey': admin }) => {
    const child = processes.start('nats-server', binary, ['-c', file, '-m', `${monitorPort}`]);
    const ready = async () => (await connectBy(login, {})).close().then(() => true);
    await waitUntil(() => ready().catch(() => false), {
      ...{ what: 'the secured nats-server', child, tail: log, limitMs: 60_000, signal },
    });
    return child;
  };
  let child = await start();
  const reloaded = () => log().split('Reloaded server configuration').length;
  return {
    dir,
    conf,
    url,
    monitorUrl: `http://127.0.0.1:${monitorPort}`,
    ca,
    processes,
    nestwatch,
    enroll,
    revoke: (...args) => void nestwatch('revoke', ...args, ...members),
    connect: connectAs,
    async reload() {
      // As deploy/nats/reload.sh does it.
      for (const _ of [1, 2]) {
        const before = reloaded();
        child.kill('SIGHUP');
        await waitUntil(() => reloaded() > before, { what: 'the reload', tail: log, limitMs: 60_000 });
      }
    },
    async restart(meanwhile, login) {
      await processes.stop(child);
      meanwhile();
      child = await start(login);
    },
    async [Symbol.asyncDispose]() {
      await processes.stopAll();
    },
  };
}

function makeConfiguration(conf: string, binary: string, names: readonly string[]): void {
  mkdirSync(conf);
  cpSync(join(top, 'deploy/nats/certificates.sh'), join(conf, 'certificates.sh'));
  const certificates = [join(conf, 'tls'), 'localhost', '127.0.0.1', ...names];
  execFileSync(join(conf, 'certificates.sh'), certificates, { stdio: 'pipe' });
  execFileSync(join(top, 'deploy/nats/sync.sh'), [conf, binary], { stdio: 'pipe' });
}

/** The configuration as it was when users stood in one list. */
export function asBefore(conf: string): string {
  return conf
    .replace(/^include "accounts.conf"\n/m, '')
    .replace(/^(authorization \{\n)/m, '$1  include "users.conf"\n');
}
