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
import type { Member } from '@nestwatch/collector/cli/enroll/accounts/member';
import { accountName } from '@nestwatch/collector/cli/enroll/nsc';
import {
  type Access,
  exported,
  isAnsweredOften,
  LIMITS,
  type Permissions,
} from '@nestwatch/collector/cli/enroll/permissions';
import { ACCOUNT } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';

export interface CredsOptions {
  permissions: Permissions;
  /** When they expire, seconds since 1970. */
  exp?: number;
  /** Who signs; by default the account that has JetStream. */
  account?: KeyPair;
}

/** A NATS server that takes users by JWT: an operator, an account with JetStream, others, and a resolver in memory. */
export interface JwtServer extends AsyncDisposable {
  dir: string;
  url: string;
  processes: Processes;
  /** Makes a user and writes its credentials file; gives its path. */
  writeCreds(name: string, options: CredsOptions): Promise<string>;
  /** The account of a member. */
  accountOf(member: Member): KeyPair;
}

const UNLIMITED = -1;

/** No limit to what the server counts. */
const everything = {
  ...{ subs: UNLIMITED, data: UNLIMITED, payload: UNLIMITED, conn: UNLIMITED, wildcards: true },
  ...{ imports: UNLIMITED, exports: UNLIMITED },
};
const storage = {
  ...{ mem_storage: UNLIMITED, disk_storage: UNLIMITED, streams: UNLIMITED, consumer: UNLIMITED },
};

/**
 * @param members those with accounts of their own, which import what `nestwatch enroll` says
 * @param binary a nats-server; by default the one that is installed
 */
export async function startJwtServer(
  members: readonly Member[] = [],
  binary = findTool({ command: 'nats-server' }) ?? 'nats-server',
): Promise<JwtServer> {
  const dir = temporaryFolder('jwt');
  const processes = createProcesses(join(dir, 'logs'));
  const [operator, system, lab] = [createOperator(), createAccount(), createAccount()];
  const operatorJwt = await encodeOperator('operator', operator, { system_account: system.getPublicKey() });
  const accounts = new Map(members.map(({ name }) => [name, createAccount()]));
  const jwts = [
    [system, await encodeAccount('SYS', system, {}, { signer: operator })],
    [lab, await encodeAccount(ACCOUNT, lab, collectorClaims(), { signer: operator })],
  ] as [KeyPair, string][];
  for (const { name, access } of members) {
    const account = accounts.get(name);
    if (account === undefined || access === undefined) continue;
    const limits = { ...everything, conn: LIMITS.connections, subs: LIMITS.subscriptionsOfEach };
    const claims = { imports: importsOf(access, lab.getPublicKey()), limits };
    jwts.push([account, await encodeAccount(accountName(name), account, claims, { signer: operator })]);
  }
  const port = await freePort();
  const conf = join(dir, 'nats-server.conf');
  writeFileSync(
    conf,
    [
      `listen: "127.0.0.1:${port}"`,
      `jetstream { store_dir: ${JSON.stringify(join(dir, 'jetstream'))} }`,
      `operator: ${operatorJwt}`,
      'resolver: MEMORY',
      'resolver_preload: {',
      ...jwts.map(([account, jwt]) => `  ${account.getPublicKey()}: ${jwt}`),
      '}\n',
    ].join('\n'),
  );
  const child = processes.start('nats-server', binary, ['-c', conf]);
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
    accountOf({ name }) {
      const account = accounts.get(name);
      if (account === undefined) throw new Error(`${name} has no account`);
      return account;
    },
    async [Symbol.asyncDispose]() {
      await processes.stopAll();
    },
  };
}

function collectorClaims() {
  const one = (type: 'service' | 'stream', subject: string) => ({
    ...{ name: subject, subject, type },
    ...(isAnsweredOften(subject) ? { response_type: 'Stream' as const } : {}),
  });
  const exports = [
    ...exported.services.map((subject) => one('service', subject)),
    ...exported.streams.map((subject) => one('stream', subject)),
  ];
  return { exports, limits: { ...everything, ...storage } };
}

function importsOf({ services, streams }: Access, account: string) {
  const one = (type: 'service' | 'stream', subject: string) => ({ name: subject, subject, account, type });
  return [
    ...services.map((subject) => one('service', subject)),
    ...streams.map((subject) => one('stream', subject)),
  ];
}
