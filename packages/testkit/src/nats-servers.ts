import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findTool, NATS_SERVER } from '@nestwatch/deploy/local/tools';

export interface NatsServerProgram {
  /** Such as "2.9.10". */
  readonly version: string;
  readonly binary: string;
}

/**
 * The nats-server that is installed, and those whose paths NESTWATCH_TEST_NATS_SERVERS gives, separated by colons:
 * docs/testing.md says how to have newer ones.
 */
export function natsServers(env: NodeJS.ProcessEnv = process.env): NatsServerProgram[] {
  const installed = findTool(NATS_SERVER);
  const others = (env['NESTWATCH_TEST_NATS_SERVERS'] ?? '').split(':').filter((path) => existsSync(path));
  return [installed, ...others].flatMap((binary) =>
    binary === undefined ? [] : [{ binary, version: versionOf(binary) }],
  );
}

function versionOf(binary: string): string {
  const said = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  return /\d+\.\d+\.\d+/.exec(said)?.[0] ?? said.trim();
}
