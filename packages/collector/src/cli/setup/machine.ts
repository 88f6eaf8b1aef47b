import { type ChildProcess, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';

/** How a program ended, and what it said. */
export interface Ran {
  readonly status: ChildProcess['exitCode'];
  readonly stdout: string;
  /** On both outputs, for people. */
  readonly output: string;
}

/** An IPv4 address of this machine. */
export interface Network {
  readonly name: string;
  readonly address: string;
  readonly isBridge: boolean;
}

/** The machine that is set up: all that the steps touch. */
export interface Machine {
  readonly isRoot: boolean;
  /** Services can be started. */
  readonly hasSystemd: boolean;
  readonly networks: readonly Network[];
  /** Where an absolute path of it really is. */
  at(path: string): string;
  /** Whether a program is installed. */
  has(program: string): boolean;
  /** Runs a program of it to its end. */
  run(command: string, ...args: string[]): Ran;
  /** Whether something listens on a port of loopback. */
  listens(port: number): Promise<boolean>;
}

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const RUN_LIMIT_MS = 600_000;
const CONNECT_LIMIT_MS = 1000;

/** @param root folder that stands for / */
export function machineAt(root: string): Machine {
  const at = (path: string) => join(root, path);
  return {
    isRoot: process.getuid?.() === 0,
    hasSystemd: existsSync(at('/run/systemd/system')),
    networks: networksOf(at('/sys/class/net')),
    at,
    has: (program) => FOLDERS.some((folder) => existsSync(at(`${folder}/${program}`))),
    run(command, ...args) {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
      const ran = spawnSync(command, args, { env, encoding: 'utf8', timeout: RUN_LIMIT_MS });
      const { status, stdout, stderr, error } = ran;
      return { status, stdout, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
    },
    listens: (port) =>
      new Promise((resolve) => {
        const socket = connect({ host: '127.0.0.1', port, timeout: CONNECT_LIMIT_MS });
        const end = (answer: boolean) => {
          socket.destroy();
          resolve(answer);
        };
        socket.once('connect', () => end(true));
        for (const event of ['error', 'timeout']) socket.once(event, () => end(false));
      }),
  };
}

function networksOf(folder: string): Network[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === 'IPv4')
      .map(({ address }) => ({ name, address, isBridge: existsSync(join(folder, name, 'bridge')) })),
  );
}

/** The text of a file; undefined where there is none. */
export function textOf(machine: Machine, path: string): string | undefined {
  const file = machine.at(path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Who a file belongs to, and who may what. */
export interface Access {
  readonly mode: number;
  /** root where it is absent. */
  readonly owner?: string;
  readonly group?: string;
}

export function writeText(machine: Machine, path: string, text: string, access: Access): void {
  const file = machine.at(path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(file, text, { mode: access.mode });
  giveTo(machine, path, access);
}

/** Sets owner and mode, as the machine's own list of users numbers them. */
export function giveTo(machine: Machine, path: string, { mode, owner, group }: Access): void {
  const file = machine.at(path);
  if (owner !== undefined || group !== undefined)
    chownSync(
      file,
      idOf(machine, '/etc/passwd', owner ?? 'root'),
      idOf(machine, '/etc/group', group ?? 'root'),
    );
  chmodSync(file, mode);
}

function idOf(machine: Machine, list: string, name: string): number {
  const line = textOf(machine, list)
    ?.split('\n')
    .find((each) => each.startsWith(`${name}:`));
  const id = Number(line?.split(':')[2]);
  if (line === undefined || !Number.isInteger(id)) throw new Error(`${list} has no ${name}`);
  return id;
}
