import type { Severity } from '../../read/severity.ts';
import type { News } from './news.ts';
import type { TargetEntry } from './target-entry.ts';

/** One of those whom the setting `notify` names. */
export interface Target {
  /** Kept with the alerts of which it is still to be notified. */
  readonly name: string;
  readonly kind: string;
  readonly leastSeverity: Severity;
  /** Names of labs; "*" stands for any letters. Absent: all labs. */
  readonly labs?: readonly string[];
  /** Whether it hears, too, that an alert is over. */
  readonly ends: boolean;
  readonly deliver: Deliver;
  /** Reads the files that it names. @throws UsageError for one that cannot be used */
  check(): void;
  /** What is printed of it. */
  toJSON(): unknown;
}

/**
 * Tells one target.
 * @param say told what somebody should know of a message that did arrive
 * @throws when it did not arrive; PermanentError when it is this message that is refused
 */
export type Deliver = (news: News, say: (remark: string) => void) => Promise<void>;

/** One kind of targets, which is one file in kinds/. */
export interface TargetKind {
  readonly name: string;
  readonly meaning: string;
  /** Its keys beside those that all have. */
  readonly keys: Readonly<Record<string, Key>>;
  /** @throws UsageError for what is not allowed, or is missing */
  open(entry: TargetEntry): Deliver;
}

/** One key of a kind, as docs/reference/alerts.md has it. */
export interface Key {
  readonly meaning: string;
  /** True: it is given as itself, by a file (KEY-file) or by the environment (KEY-env), and never printed. */
  readonly secret?: boolean;
  readonly required?: boolean;
}
