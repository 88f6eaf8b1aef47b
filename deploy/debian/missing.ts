import { messageOf, UsageError } from '@nestwatch/common/errors';
import { reasonOf } from './printed.ts';
import { RunError } from './run.ts';

/** Why packages are wanted, for the message that says that they cannot be had. */
export interface Wanted {
  /** What they are for, such as "the lab". */
  purpose: string;
  /** What goes on without them, such as "without them the lab does not start". */
  without: string;
}

/** Packages cannot be had: one line with what was wanted from where, why it is not there, and what goes on without it. */
export class MissingPackages extends UsageError {}

/** @param what packages and where they were to come from, such as "nats-server from trixie" */
export function missing(error: unknown, what: string, { purpose, without }: Wanted): MissingPackages {
  if (error instanceof MissingPackages) return error;
  const reason = (error instanceof RunError ? reasonOf(error.stderr) : undefined) ?? messageOf(error);
  const text = `the packages for ${purpose} can not be had: ${what}: ${reason}; ${without}`;
  return new MissingPackages(text, { cause: error });
}
