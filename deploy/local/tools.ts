import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, UsageError } from '@nestwatch/common/errors';

const run = promisify(execFile);

/** A program of the system, and the Debian or Ubuntu package that brings it. */
export interface Tool {
  command: string;
  package: string;
  purpose: string;
}

export const NATS_SERVER: Tool = {
  command: 'nats-server',
  package: 'nats-server',
  purpose: 'carries the reports',
};
export const INFLUXD: Tool = { command: 'influxd', package: 'influxdb', purpose: 'keeps the figures' };

/** Path of a program, looked for in PATH and where daemons are; undefined when it is not installed. */
export function findTool(tool: Pick<Tool, 'command'>): string | undefined {
  return findTools(tool)[0];
}

/** All paths at which a program is, the one that counts first. */
export function findTools(tool: Pick<Tool, 'command'>): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const paths = folders.filter((folder) => folder !== '').map((folder) => join(folder, tool.command));
  return [...new Set(paths)].filter(isExecutable);
}

/**
 * Paths of all the programs, installing from the distribution those that are missing, as root or through sudo
 * without a password.
 * @param say told in a line what is installed
 * @throws UsageError naming the commands to run when it cannot be done here.
 */
export async function requireTools(
  tools: readonly Tool[],
  say: (line: string) => void,
  rights: Rights = rootOrSudo,
): Promise<string[]> {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  if (missing.length > 0) await install(missing, say, rights);
  return tools.map((tool) => {
    const found = findTool(tool);
    if (found === undefined)
      throw new UsageError(`${tool.package} is installed, but ${tool.command} is missing`);
    return found;
  });
}

async function install(missing: readonly Tool[], say: (line: string) => void, rights: Rights): Promise<void> {
  const packages = missing.map((tool) => tool.package);
  const byHand = `sudo apt-get update && sudo apt-get install ${packages.join(' ')}`;
  const why = missing.map((tool) => `${tool.command} (${tool.purpose})`).join(' and ');
  const apt = findTool({ command: 'apt-get' });
  if (apt === undefined) {
    throw new UsageError(
      `${why} missing, and there is no apt-get: install ${packages.join(' and ')} by hand`,
    );
  }
  const prefix = await rights();
  if (prefix === undefined) throw new UsageError(`${why} missing: run "${byHand}", then start again`);
  for (const tool of missing) say(`installing ${tool.package} from the distribution: ${tool.purpose}`);
  const [command = apt, ...args] = [...prefix, apt];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run(command, [...args, 'update', '-q'], { env });
    await run(command, [...args, 'install', '-y', '-q', '--no-install-recommends', ...packages], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const text = `apt-get could not install ${packages.join(' and ')}: ${messageOf(error)}; try "${byHand}"`;
    throw new UsageError(text, { cause: error });
  }
}

/** Words before a command that give it root's rights; undefined when there is no way to get them. */
export type Rights = () => Promise<string[] | undefined>;

/** No words for root, sudo when it asks for no password. */
async function rootOrSudo(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = findTool({ command: 'sudo' });
  if (sudo === undefined) return undefined;
  try {
    await run(sudo, ['-n', 'true']);
    return [sudo, '-n'];
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
