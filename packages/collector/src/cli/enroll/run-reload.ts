import { execFileSync } from 'node:child_process';
import { messageOf } from '@nestwatch/common/errors';

const LIMIT_MS = 60_000;

/**
 * Lets the server take its configuration over, by deploy/nats/reload.sh.
 * @param words nats-server.conf, and the server's process id where there are several
 * @returns why it did not; undefined when it did
 */
export function runReload(script: string, ...words: readonly (string | undefined)[]): string | undefined {
  const given = words.flatMap((word) => (word === undefined || word === '' ? [] : [word]));
  try {
    execFileSync(script, given, { stdio: ['ignore', 'ignore', 'pipe'], timeout: LIMIT_MS });
    return undefined;
  } catch (error) {
    return `NATS did not reload: ${messageOf(error)}`;
  }
}
