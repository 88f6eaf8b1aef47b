import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { messageOf } from '@nestwatch/common/errors';
import { findTool, NATS_SERVER } from '@nestwatch/deploy/local/tools';
import { chooseNatsServer, type NatsServerProgram } from '@nestwatch/deploy/nats-server/choose';
import { fits, parseVersion } from '@nestwatch/deploy/nats-server/releases';

export interface MissingNatsServer {
  readonly version: string;
  /** One line: why no test can be run with it. */
  readonly reason: string;
}

/** The nats-server of this run, and those whose paths NESTWATCH_TEST_NATS_SERVERS gives, separated by colons. */
export function natsServers(env: NodeJS.ProcessEnv = process.env): NatsServerProgram[] {
  const ofRun = findTool(NATS_SERVER);
  const others = (env['NESTWATCH_TEST_NATS_SERVERS'] ?? '').split(':').filter((path) => existsSync(path));
  return [ofRun, ...others].flatMap((binary) =>
    binary === undefined ? [] : [{ binary, version: versionOf(binary) }],
  );
}

/**
 * A nats-server by its version, such as "2.15": one that is on this machine, one whose path is given, or Debian's, which
 * is downloaded once.
 */
export async function natsServer(version: string): Promise<NatsServerProgram | MissingNatsServer> {
  const here = natsServers().find((each) => fits(each.version, version));
  if (here !== undefined) return here;
  try {
    return await chooseNatsServer(version, {
      purpose: `tests on NATS ${version}`,
      without: 'these tests are skipped',
      note: () => undefined,
    });
  } catch (error) {
    return { version, reason: messageOf(error) };
  }
}

function versionOf(binary: string): string {
  const said = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  return parseVersion(said) ?? said.trim();
}
