import type { NatsConfig } from '../config/connection.ts';
import type { Log } from '../log.ts';

/** What to do about a login that keeps nothing apart. */
const WAY_OUT = 'give each program a key of its own with "nestwatch enroll" (docs/use/security.md)';

/**
 * Says so when a program logs in by what others have as well.
 * @returns whether it did
 */
export function warnOfSharedLogin(config: NatsConfig, log: Log): boolean {
  const way = (['nats.token', 'nats.user'] as const).find((key) => config[key] !== '');
  if (way === undefined) return false;
  log.warn(
    `a login by ${way} isolates nothing: every program that has it can do what this one can; ${WAY_OUT}`,
  );
  return true;
}

/** Says once, when it is so, that nodes and collectors share an account of NATS. */
export function createSharedAccountWarning(log: Log): (keptApart: boolean) => void {
  let said = false;
  return (keptApart) => {
    if (keptApart || said) return;
    said = true;
    log.warn(
      `nodes share the NATS account that has JetStream, so one node can control the others; ${WAY_OUT}`,
    );
  };
}

/** Subjects that nodes enrolled for an older version may not use yet. */
const NEW_SUBJECTS = /^nestwatch\.[^.]+\.[^.]+\.(turn|payload)$/;

/** What to do when the server refuses a subject; undefined when that is not known. */
export function wayOutOfRefusal(subject: string): string | undefined {
  if (!NEW_SUBJECTS.test(subject)) return undefined;
  return 'the permissions of this node are from an older version: enrol it again with "nestwatch enroll NODE --lab LAB", or move all nodes with --migrate';
}
