import { readFileSync } from 'node:fs';
import { refuseOpen, refuseReadable } from '../config/secure-file.ts';
import { messageOf, UsageError } from '../errors.ts';

/** @throws UsageError when the file cannot be read, others can read it, or `parse` throws */
export function readSecret<T>(key: string, file: string, what: string, parse: (bytes: Buffer) => T): T {
  const bytes = readBytes(key, file, true);
  try {
    return parse(bytes);
  } catch (error) {
    throw new UsageError(`${key}: ${file} holds no ${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws UsageError when the file cannot be read, everybody can write it, or it is secret and others can read it */
export function readBytes(key: string, file: string, isSecret: boolean): Buffer {
  try {
    const bytes = readFileSync(file);
    if (isSecret) refuseReadable(file);
    refuseOpen(file);
    return bytes;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${key}: cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
