import { X509Certificate } from 'node:crypto';
import type { Log } from '../log.ts';

/** Something with which programs trust each other, and when that is over. */
export interface Ending {
  /** Such as "the certificate of NATS". */
  readonly what: string;
  /** Times since 1970, ms. `fromMs` is when it began, where that is known. */
  readonly fromMs?: number;
  readonly untilMs: number;
}

const DAY_MS = 86_400_000;
const EARLY_MS = 30 * DAY_MS;

/**
 * Says of what ends within 30 days when it does. What lives for less than three times as long is renewed more often: of it
 * when a third of its life is left.
 * @returns what was said, one sentence for each
 */
export function warnOfEndings(endings: readonly Ending[], nowMs: number, log: Log): string[] {
  return endings.flatMap(({ what, fromMs, untilMs }) => {
    const life = fromMs === undefined ? Number.POSITIVE_INFINITY : untilMs - fromMs;
    const leftMs = untilMs - nowMs;
    if (leftMs > Math.min(EARLY_MS, life / 3)) return [];
    const day = new Date(untilMs).toISOString().slice(0, 16);
    const text =
      leftMs <= 0
        ? `${what} ended at ${day} UTC: renew it`
        : `${what} ends in ${Math.floor(leftMs / DAY_MS)} days, at ${day} UTC: renew it`;
    log.warn(text);
    return [text];
  });
}

/** The certificate of a file that ends first of those that have not; of the last one when all have. */
export function certificateEnding(what: string, pem: string, nowMs: number): Ending[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const all = blocks.map((block) => ending(what, new X509Certificate(block)));
  all.sort((a, b) => a.untilMs - b.untilMs);
  const found = all.find(({ untilMs }) => untilMs > nowMs) ?? all.at(-1);
  return found === undefined ? [] : [found];
}

/** What is known of a certificate as Node shows it. */
function ending(what: string, { validFrom, validTo }: { validFrom: string; validTo: string }): Ending {
  return { what, fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) };
}

/** The same, of the other end of a connection. */
export function peerEnding(
  what: string,
  { valid_from, valid_to }: { valid_from: string; valid_to: string },
): Ending {
  return ending(what, { validFrom: valid_from, validTo: valid_to });
}
