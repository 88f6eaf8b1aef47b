import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  type KeyPair,
} from '@nats-io/jwt';
import type { Permissions } from '@nestwatch/collector/cli/enroll/permissions';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';

export interface CredsOptions {
  permissions: Permissions;
  /** When they expire, seconds since 1970. */
  exp?: number;
  /** Who signs; by default the account that the server knows. */
  account?: KeyPair;
}

/** A NATS server that takes users by JWT: an operator, one account with JetStream, and a resolver in memory. */
export interface JwtServer extends AsyncDisposable {
  dir: string;
  url: string;
  processes: Processes;
  /** Makes a user and writes its credentials file; gives its path. */
  writeCreds(name: string, options: CredsOptions): Promise<string>;
}

const UNLIMITED = -1;

export async function startJwtServer(): Promise<JwtServer> {
  const dir = temporaryFolder('jwt');
  const processes = createProcesses(join(dir, 'logs'));
  const [operator, system, lab] = [createOperator(), createAccount(), createAccount()];
  const operatorJwt = await encodeOperator('operator', operator, { system_account: system.getPublicKey() });
  const systemJwt = await encodeAccount('SYS', system, {}, { signer: operator });
  const everything = {
    subs: UNLIMITED,
    data: UNLIMITED,
    payload: UNLIMITED,
    conn: UNLIMITED,
    wildcards: true,
  };
  const storage = {
    mem_storage: UNLIMITED,
    disk_storage: UNLIMITED,
    streams: UNLIMITED,
    consumer: UNLIMITED,
  };
  const labJwt = await encodeAccount(
    'nestwatch',
    lab,
    { limits: { ...everything, ...storage } },
    { signer: operator },
  );
  const port = await freePort();
  const conf = join(dir, 'nats-server.conf');
  writeFileSync(
    conf,
    [
      `listen: "127.0.0.1:${port}"`,
      `jetstream { store_dir: ${JSON.stringify(join(dir, 'jetstream'))} }`,
      `operator: ${operatorJwt}`,
      'resolver: MEMORY',
      `resolver_preload: {\n  ${system.getPublicKey()}: ${systemJwt}\n  ${lab.getPublicKey()}: ${labJwt}\n}\n`,
    ].join('\n'),
  );
  const child = processes.start('nats-server', findTool({ command: 'nats-server' }) ?? 'nats-server', [
    '-c',
    conf,
  ]);
  const log = () => readFileSync(join(dir, 'logs/nats-server.log'), 'utf8');
  await waitUntil(() => log().includes('Server is ready'), {
    what: 'nats-server with JWTs',
    child,
    tail: log,
  });

  return {
    dir,
    processes,
    url: `nats://127.0.0.1:${port}`,
    async writeCreds(name, { permissions, exp, account = lab }) {
      const user = createUser();
      const jwt = await encodeUser(
        name,
        user,
        account,
        { pub: { allow: [...permissions.publish] }, sub: { allow: [...permissions.subscribe] } },
        exp === undefined ? {} : { exp },
      );
      const file = join(dir, `${name}.creds`);
      writeFileSync(file, fmtCreds(jwt, user), { mode: 0o600 });
      return file;
    },
    async [Symbol.asyncDispose]() {
      await processes.stopAll();
    },
  };
}
