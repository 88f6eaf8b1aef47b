/**
 * Errors are classed by what the caller must do about them.
 *
 * UsageError: the person who started the program must change something; print the message and exit 2.
 * RetryableError: the same call may succeed later; wait and repeat.
 * PermanentError: repeating the same data is pointless; set it aside and go on.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export class RetryableError extends Error {
  override readonly name = 'RetryableError';
}

export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** The text of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, ' ');
}

/** The errno name of a system error ("ENOENT"), undefined for any other. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
