import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
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

/** The NATS server of deploy/nats with its own authority, and users as `nestwatch enroll` makes them. */
export interface SecuredLab extends AsyncDisposable {
  dir: string;
  url: string;
  ca: string;
  processes: ReturnType<typeof createProcesses>;
  /** Runs `nestwatch` and gives what it wrote; throws with what it said when it fails. */
  nestwatch(...args: string[]): string;
  /** Enrolls and gives the path of the key. Users made after the start need `reload`. */
  enroll(...args: string[]): string;
  reload(): Promise<void>;
  connect(key: string, node?: string): Promise<NatsConnection>;
}

export async function createSecuredLab(): Promise<SecuredLab> {
  const dir = temporaryFolder('secured');
  const processes = createProcesses(join(dir, 'logs'));
  const conf = join(dir, 'nats');
  mkdirSync(conf);
  cpSync(join(top, 'deploy/nats/certificates.sh'), join(conf, 'certificates.sh'));
  execFileSync(join(conf, 'certificates.sh'), [join(conf, 'tls'), 'localhost', '127.0.0.1'], {
    stdio: 'pipe',
  });
  execFileSync(join(top, 'deploy/nats/sync.sh'), [conf], { stdio: 'pipe' });
  const port = await freePort();
  // The deployed file as it is, but for where it listens and stores.
  const text = readFileSync(join(top, 'deploy/nats/nats-server.conf'), 'utf8')
    .replace('"0.0.0.0:4222"', `"127.0.0.1:${port}"`)
    .replaceAll('/etc/nats/nestwatch', conf)
    .replace('"/var/lib/nats/jetstream"', JSON.stringify(join(dir, 'jetstream')));
  writeFileSync(join(conf, 'nats-server.conf'), text);
  const users = join(conf, 'users.conf');
  const url = `tls://localhost:${port}`;
  const ca = join(conf, 'tls/ca.pem');

  const nestwatch = (...args: string[]) =>
    execFileSync(process.execPath, [join(top, 'dist/nestwatch.mjs'), ...args], {
      cwd: dir,
      stdio: 'pipe',
    }).toString();
  const enroll = (...args: string[]) => {
    const key = join(dir, `${args.join('-').replace(/[^A-Za-z0-9-]/g, '')}.nk`);
    nestwatch('enroll', ...args, '--users', users, '--key', key);
    return key;
  };
  const admin = enroll('--collector');

  const connectAs = async (key: string, node?: string) => {
    const config = loadConfig(natsSettings, {
      env: {},
      flags: { 'nats.url': url, 'nats.nkey': key, 'nats.ca': ca },
    });
    return connect({
      servers: url,
      reconnect: false,
      timeout: 20_000,
      ...(await natsAccess(config)).options,
      ...(node === undefined ? {} : { inboxPrefix: inboxPrefix('lab', node) }),
    });
  };
  const binary = findTool({ command: 'nats-server' }) ?? 'nats-server';
  const child = processes.start('nats-server', binary, ['-c', join(conf, 'nats-server.conf')]);
  const canConnect = async (key: string) => {
    try {
      await (await connectAs(key)).close();
      return true;
    } catch {
      return false;
    }
  };
  await waitUntil(() => canConnect(admin), {
    what: 'the secured nats-server',
    child,
    tail: () => readFileSync(join(dir, 'logs/nats-server.log'), 'utf8'),
    limitMs: 60_000,
    signal,
  });
  let enrolled = 0;
  return {
    dir,
    url,
    ca,
    processes,
    nestwatch,
    enroll,
    connect: connectAs,
    async reload() {
      // A user made last shows when the server has taken over all before it.
      const probe = enroll(`probe-${++enrolled}`, '--lab', 'lab');
      child.kill('SIGHUP');
      await waitUntil(() => canConnect(probe), { what: 'the reload', limitMs: 60_000 });
    },
    async [Symbol.asyncDispose]() {
      await processes.stopAll();
    },
  };
}
