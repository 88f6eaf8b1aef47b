import { randomBytes } from 'node:crypto';
import { compareSync, hashSync } from 'bcryptjs';

/** It has 256 random bits, so nothing is gained by making a check dear. */
const ROUNDS = 5;

/** A new password of a site's server. It needs no quoting, neither in an address nor in a configuration. */
export function newPassword(): string {
  return randomBytes(32).toString('base64url');
}

/** What nats-server checks it by. 2.9 knows these by "$2a$" only, which for plain ASCII is the same. */
export function hashOf(password: string): string {
  return hashSync(password, ROUNDS).replace(/^\$2[aby]\$/, '$2a$');
}

export function fits(password: string, hashes: readonly string[]): boolean {
  return hashes.some((hash) => compareSync(password, hash));
}
