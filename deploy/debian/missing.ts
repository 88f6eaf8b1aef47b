import { messageOf, UsageError } from '@nestwatch/common/errors';
import { reasonOf } from './printed.ts';
import { RunError } from './run.ts';

/** Why packages are wanted, for the message that they are unavailable. */
export interface Wanted {
  /** What they are for, such as "the lab". */
  purpose: string;
  /** What goes on without them, such as "without them the lab does not start". */
  without: string;
}

/** Packages are unavailable: one line with what was wanted from where, the reason, and the consequence. */
export class MissingPackages extends UsageError {}

/** @param what packages and where they were to come from, such as "nats-server from trixie" */
export function missing(error: unknown, what: string, { purpose, without }: Wanted): MissingPackages {
  if (error instanceof MissingPackages) return error;
  const reason = (error instanceof RunError ? reasonOf(error.stderr) : undefined) ?? messageOf(error);
  const text = `cannot get the packages for ${purpose}: ${what}: ${reason}; ${without}`;
  return new MissingPackages(text, { cause: error });
}
