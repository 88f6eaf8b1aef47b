import { alikeChanges, type ChangeKind, type LabChange, type LabChanges } from './changes.ts';

/** "alert", "slower": what a kind is called, with the words for the machines it happened to. */
const TITLES: Readonly<Record<ChangeKind, string>> = {
  alert: 'alert begun',
  silent: 'silent',
  gone: 'gone',
  slower: 'slower',
  capability: 'capability changed',
  moved: 'moved',
  upgraded: 'upgraded',
  restarted: 'restarted',
  new: 'new',
  'heard again': 'heard again',
  faster: 'faster',
  'alert over': 'alert over',
};

export function kindText({ kind }: Pick<LabChange, 'kind'>): string {
  return TITLES[kind];
}

/** "3 new, 1 silent, 2 slower"; "nothing" where nothing changed. */
export function changesSummary({ changes }: Pick<LabChanges, 'changes'>): string {
  const counts = new Map<string, number>();
  for (const change of changes) counts.set(kindText(change), (counts.get(kindText(change)) ?? 0) + 1);
  const parts = [...counts].map(([kind, number]) => `${number} ${number > 1 ? pluralOf(kind) : kind}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Of the words for what happened only "alert" is a noun. */
const pluralOf = (kind: string) => kind.replace(/^alert /, 'alerts ');

/** One line of a list of changes: equal changes are one line with all their machines. */
export interface ChangeLine {
  readonly kind: string;
  readonly change: LabChange;
  /** Names of the machines, in their order. */
  readonly names: readonly string[];
  readonly what: string;
  /** One figure, or from the least to the greatest. */
  readonly figure: string;
}

export function changeLines({ changes }: Pick<LabChanges, 'changes'>): ChangeLine[] {
  return alikeChanges(changes).map(({ first, all }) => {
    const figures = [...new Set(all.map(({ figure }) => figure))];
    const figure = figures.length < 3 ? figures.join(', ') : `${figures[0]} … ${figures.at(-1)}`;
    return {
      kind: kindText(first),
      change: first,
      names: all.map(({ name }) => name),
      what: first.what,
      figure,
    };
  });
}
