import type { KnownNode } from '../../read/nodes.ts';

/** In what way something is different, the most urgent first. */
export const CHANGE_KINDS = [
  'alert',
  'silent',
  'gone',
  'slower',
  'capability',
  'moved',
  'upgraded',
  'restarted',
  'new',
  'heard again',
  'faster',
  'alert over',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One thing that is different in a lab, of one machine. Times are µs since 1970. */
export interface LabChange extends Pick<KnownNode, 'node' | 'name' | 'layer'> {
  readonly kind: ChangeKind;
  /** What, in a few words: "cpu.sha256 against its parent", "kernel". */
  readonly what: string;
  /** How much: "×2.40", "6.1.0-37 → 6.12.117". */
  readonly figure: string;
  /** When it came about; absent where only both ends are known. */
  readonly atUs?: number;
  /** Of alerts. */
  readonly severity?: string;
}

/** What is different in a lab at one moment from what it was at another. */
export interface LabChanges {
  readonly lab: string;
  readonly sinceUs: number;
  readonly toUs: number;
  /** By kind, then by layer and name. */
  readonly changes: readonly LabChange[];
  /** What could not be compared, a sentence each. */
  readonly notes: readonly string[];
}

/** Those of which the same is to be said, the first for all. */
interface AlikeChanges {
  readonly first: LabChange;
  readonly all: readonly LabChange[];
}

/** Changes that differ in nothing but their machine, together. */
export function alikeChanges(changes: readonly LabChange[]): AlikeChanges[] {
  const groups = new Map<string, LabChange[]>();
  for (const change of changes) {
    const isOwn = change.kind === 'silent' || change.kind === 'new' || change.kind === 'restarted';
    const figure = isOwn || change.kind === 'slower' || change.kind === 'faster' ? '' : change.figure;
    const key = [change.kind, change.what, figure].join('\0');
    const alike = groups.get(key) ?? [];
    groups.set(key, alike);
    alike.push(change);
  }
  return [...groups.values()].flatMap((all) => (all[0] === undefined ? [] : { first: all[0], all }));
}
