import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { type Found, known } from './host.ts';

/** Does something with a path; what goes wrong is in the answer. */
export async function attempt<T>(path: string, act: () => T | Promise<T>): Promise<Found<T>> {
  try {
    return known(await act());
  } catch (error) {
    return failure(path, error);
  }
}

/** What an error of a system call on a path says about the thing looked for. */
export function failure(path: string, error: unknown): Found<never> {
  const errno = errnoOf(error);
  const reason = `${path}: ${errno ?? messageOf(error)}`;
  if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ENODEV' || errno === 'ENXIO') {
    return { state: 'absent', reason, errno };
  }
  if (errno === 'EACCES' || errno === 'EPERM') return { state: 'denied', reason, errno };
  return { state: 'unknown', reason, errno };
}
