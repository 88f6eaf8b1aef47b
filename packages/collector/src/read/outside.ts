import { defined } from '@nestwatch/common/defined';
import { type Row, textIn } from './cells.ts';
import type { KnownNode } from './nodes.ts';
import { ask, call, equals, type Reader, within } from './query.ts';

const SPAN_MS = 600_000;

/** The newest figures of one guest as the machine shows them that runs it. A row is missing where there are none. */
export interface GuestFigures {
  readonly guest: string;
  readonly limits?: Row;
  readonly memory?: Row;
}

/** Both sides of a machine: how its parent sees it, and how it sees its guests. */
export interface Outside {
  readonly self?: GuestFigures;
  /** What the machine says of its own memory. */
  readonly inside?: Row;
  readonly guests: readonly GuestFigures[];
}

export async function readOutside(
  store: Reader,
  lab: string,
  { node, name, parent }: Pick<KnownNode, 'node' | 'name' | 'parent'>,
): Promise<Outside> {
  const of = (each: string) => [equals('lab', lab), equals('node', each), within(SPAN_MS)];
  const [guests, siblings, names, memory] = await Promise.all([
    readGuests(store, of(node)),
    parent === undefined ? [] : readGuests(store, of(parent)),
    ask(store, { select: [call('last', 'guest')], from: 'nestwatch_topology', where: of(node) }),
    ask(store, { select: ['*'], from: 'nestwatch_memory', where: of(node), newest: 1 }),
  ]);
  const called = textIn(names[0]?.rows[0], 'guest') || name;
  const self = siblings.find(({ guest }) => guest === called);
  return defined({ self, inside: memory[0]?.rows[0], guests });
}

/** All fields, whichever there are: InfluxDB 3 answers nothing where one that is asked for was never written. */
async function readGuests(store: Reader, where: readonly string[]): Promise<GuestFigures[]> {
  const newest = (from: string) => ask(store, { select: ['*'], from, where, by: ['guest'], newest: 1 });
  const [limits, memory] = await Promise.all([
    newest('nestwatch_guest_limits'),
    newest('nestwatch_guest_memory'),
  ]);
  const names = [...limits, ...memory].map(({ tags }) => textIn(tags, 'guest'));
  const rowOf = (answers: typeof limits, guest: string) =>
    answers.find(({ tags }) => tags['guest'] === guest)?.rows[0];
  return [...new Set(names)]
    .sort()
    .map((guest) => defined({ guest, limits: rowOf(limits, guest), memory: rowOf(memory, guest) }));
}
