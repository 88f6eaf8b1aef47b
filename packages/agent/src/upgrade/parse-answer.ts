/** What became of an upgrade, as the helper tells it. */
export interface UpgradeAnswer {
  /** Of the offer, ms since 1970; 0 where there was none to be read. */
  readonly madeMs: number;
  /** Time of this answer, ms since 1970, by this machine's clock. */
  readonly atMs: number;
  readonly outcome: Outcome;
  readonly from: string;
  /** Empty where it is not known. */
  readonly to: string;
  /** Why not, for people. */
  readonly reason: string;
}

/** Installed and reporting; not even begun; or begun, and the old version is back. */
export type Outcome = (typeof OUTCOMES)[number];
const OUTCOMES = ['installed', 'refused', 'back'] as const;

/** An upgrade that is not over. */
export interface Attempt {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly madeMs: number;
  readonly from: string;
  readonly to: string;
}

const LONGEST = 500;

/** @returns undefined when it is none */
export function parseAnswer(text: string): UpgradeAnswer | undefined {
  const json = objectIn(text);
  const outcome = OUTCOMES.find((each) => each === json['outcome']);
  const [madeMs, atMs] = [json['madeMs'], json['atMs']];
  if (outcome === undefined || !Number.isFinite(madeMs) || !Number.isFinite(atMs)) return undefined;
  const text_ = (key: string) => String(json[key] ?? '').slice(0, LONGEST);
  return {
    ...{ outcome, madeMs: Number(madeMs), atMs: Number(atMs) },
    ...{ from: text_('from'), to: text_('to'), reason: text_('reason') },
  };
}

/** @returns undefined when it is none */
export function parseAttempt(text: string): Attempt | undefined {
  const { id, madeMs, from, to } = objectIn(text);
  const isOne = typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) && Number.isFinite(madeMs);
  return isOne && typeof from === 'string' && typeof to === 'string'
    ? { id, madeMs: Number(madeMs), from, to }
    : undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
