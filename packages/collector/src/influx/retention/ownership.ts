import { formatDuration } from '@nestwatch/common/config/setting';

/** What a database (1.x) or bucket (2.x) says of itself. */
export interface Kept {
  readonly name: string;
  /** Time for which the server keeps its points, ms; 0 for ever. */
  readonly keepsMs: number;
  /** The same as nestwatch set it last, by the mark that it left there; undefined without a mark: others made it. */
  readonly markedMs: number | undefined;
  /** Measurements of others in it. */
  readonly others: readonly string[];
}

/** What to do about it: set a time, leave a mark of it, tell its owner; nothing of these that is undefined. */
export interface Decision {
  readonly setMs?: number;
  readonly markMs?: number;
  readonly warning?: string;
}

/**
 * How long points are to be kept is nestwatch's to say only where it made the database itself and alone writes to it: a rule
 * deletes. Everything else is left as it is.
 * @param wantedMs the configured time; 0 leaves all as it is
 * @param adopt whether the operator hands over what nestwatch did not make, or somebody changed
 */
export function decideRetention(kept: Kept, wantedMs: number, adopt: boolean): Decision {
  const { name, keepsMs, markedMs, others } = kept;
  const isSet = markedMs !== undefined && markedMs > 0 && keepsMs === markedMs;
  if (others.length > 0 && isSet) return { setMs: 0, markMs: 0, warning: lifted(kept) };
  if (wantedMs === 0) return {};
  if (others.length > 0) return { warning: shared(kept) };
  if (keepsMs === wantedMs)
    return markedMs === wantedMs || !(adopt || isOwn(kept)) ? {} : { markMs: wantedMs };
  if (adopt || keepsMs === markedMs) return { setMs: wantedMs, markMs: wantedMs };
  const [is, wanted] = [shownTime(keepsMs), shownTime(wantedMs)];
  const why =
    markedMs === undefined
      ? 'was there before nestwatch'
      : `was changed by somebody else (nestwatch had set ${shownTime(markedMs)})`;
  const warning = `"${name}" ${why}: it still keeps points ${is}; with "retention.adopt: true" nestwatch keeps them ${wanted}`;
  return { warning };
}

const isOwn = ({ markedMs }: Kept) => markedMs !== undefined;

function lifted(kept: Kept): string {
  return `"${kept.name}" holds measurements of others (${namesOf(kept)}): nestwatch no longer deletes anything there. Give it a database of its own`;
}

function shared(kept: Kept): string {
  return `"${kept.name}" holds measurements of others (${namesOf(kept)}), so its retention is left as it is: it keeps points ${shownTime(kept.keepsMs)}`;
}

const SHOWN_NAMES = 3;

function namesOf({ others }: Kept): string {
  const more = others.length > SHOWN_NAMES ? ` and ${others.length - SHOWN_NAMES} more` : '';
  return others.slice(0, SHOWN_NAMES).join(', ') + more;
}

const shownTime = (ms: number) => (ms === 0 ? 'for ever' : `for ${formatDuration(ms)}`);

/** Whether a measurement is one that nestwatch writes. */
export function isOurMeasurement(name: string): boolean {
  return name.startsWith('nestwatch_');
}
