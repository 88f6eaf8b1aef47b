import { createHash, randomBytes } from 'node:crypto';
import { PUBLIC_KEY } from '@nestwatch/common/invite/proof';
import { ID_PATTERN } from '@nestwatch/proto';

/** One who came by an invitation. */
export interface Guest {
  readonly node: string;
  readonly publicKey: string;
  /** ms since 1970. */
  readonly atMs: number;
}

/** What is kept of an invitation. Its token is not: only who was given it knows it. */
export interface Invitation {
  readonly lab: string;
  /** The only node that may come by it; absent: any id that is new. */
  readonly node?: string;
  /** True: the key of that node may be another from then on. */
  readonly replaces?: boolean;
  /** How many nodes may come. */
  readonly uses: number;
  /** ms since 1970, by the collectors' clock. */
  readonly madeMs: number;
  readonly expiresMs: number;
  readonly by: string;
  /** Who came, in order. */
  readonly guests: readonly Guest[];
}

export const MOST_USES = 500;
export const LONGEST_TTL_MS = 30 * 86_400_000;
const TOKEN = /^[a-z2-7]{26}$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 130 bits of chance, as 26 letters and digits. */
export function newToken(random: (count: number) => Uint8Array = randomBytes): string {
  return [...random(26)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** The id under which an invitation is kept, of which its token cannot be found out; undefined for what is no token. */
export function invitationId(token: string): string | undefined {
  return TOKEN.test(token) ? createHash('sha256').update(token).digest('hex').slice(0, 32) : undefined;
}

/** What the bucket holds, or undefined when it is something else. */
export function parseInvitation(text: string): Invitation | undefined {
  try {
    const made = JSON.parse(text) as Invitation;
    const { lab, uses, expiresMs, guests } = made;
    const fits = ID_PATTERN.test(lab) && Number.isInteger(uses) && Number.isFinite(expiresMs);
    return fits && Array.isArray(guests) && guests.every(isGuest) ? made : undefined;
  } catch {
    return undefined;
  }
}

function isGuest({ node, publicKey }: Guest): boolean {
  return ID_PATTERN.test(node) && PUBLIC_KEY.test(publicKey);
}
