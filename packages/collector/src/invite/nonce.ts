import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a guest has from asking to proving; deep guests are slow. ms */
const LIFE_MS = 120_000;

/** Numbers that a guest signs, so that what was overheard is of no use later. None of them is kept. */
export function createNonces(nowMs: () => number, secret: Uint8Array = randomBytes(32)) {
  const mark = (atMs: string) => createHmac('sha256', secret).update(atMs).digest('hex').slice(0, 32);
  return {
    give(): string {
      const atMs = Math.round(nowMs()).toString(36);
      return `${atMs}.${mark(atMs)}`;
    },
    /** Whether it was given here, not long ago. */
    knows(nonce: string): boolean {
      const [atMs = '', given = ''] = nonce.split('.');
      const expected = mark(atMs);
      if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
        return false;
      const ageMs = nowMs() - Number.parseInt(atMs, 36);
      return ageMs >= -1 && ageMs <= LIFE_MS;
    },
  };
}

export type Nonces = ReturnType<typeof createNonces>;
