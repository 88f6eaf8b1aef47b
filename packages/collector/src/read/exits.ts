import { defined } from '@nestwatch/common/defined';
import type { Series } from '../influx/query-answer.ts';
import { type LayerPosition, numberIn, positionIn, type Tags, textIn, timeIn } from './cells.ts';
import { ask, before, call, type Reader, since } from './query.ts';

/** Layer positions are written every minute; the first ones of a window may stand before it. */
const POSITIONS_US = 600e6;

/** Exits per second by minute; keys are µs since 1970. */
export type ByMinute = ReadonlyMap<number, number>;

/** The exits that a node counts of its own guests. */
export interface OwnExits extends LayerPosition {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  /** Its name at the parent, where the topology could tell. */
  readonly guest?: string;
  readonly exits: ByMinute;
}

/** The exits of one guest, as the node counts them that runs it. */
export interface GuestExits {
  readonly lab: string;
  /** The node that runs it. */
  readonly node: string;
  /** Its name there. */
  readonly guest: string;
  /** UUID given to it; empty when none was. */
  readonly uuid: string;
  readonly exits: ByMinute;
}

/** Both sides of each minute from one moment to another, µs since 1970. */
export async function readExits(
  store: Reader,
  fromUs: number,
  toUs: number,
): Promise<{ own: OwnExits[]; guests: GuestExits[] }> {
  const where = [since(fromUs), before(toUs)];
  const rates = (from: string, tags: readonly string[]) =>
    ask(store, {
      select: [call('mean', 'exits_per_second', 'exits')],
      from,
      where,
      by: ['lab', 'node', ...tags],
      everyUs: 60e6,
    });
  const [own, guests, uuids, positions] = await Promise.all([
    rates('nestwatch_kvm_host', ['name', 'layer', 'parent']),
    rates('nestwatch_kvm_guest', ['guest']),
    ask(store, {
      select: [call('last', 'uuid')],
      from: 'nestwatch_kvm_guest',
      where,
      by: ['lab', 'node', 'guest'],
    }),
    ask(store, {
      select: [call('last', 'guest')],
      from: 'nestwatch_topology',
      where: [since(fromUs - POSITIONS_US), before(toUs)],
      by: ['lab', 'node', 'parent'],
    }),
  ]);
  const uuidOf = textsBy(uuids, 'uuid', guestKey);
  const guestOf = textsBy(positions, 'guest', positionKey);
  return {
    own: own.map(({ tags, rows }) =>
      defined({
        lab: tags['lab'] ?? '',
        node: tags['node'] ?? '',
        name: tags['name'] ?? '',
        ...positionIn(tags),
        guest: guestOf.get(positionKey(tags)) || undefined,
        exits: minutes(rows),
      }),
    ),
    guests: guests.map(({ tags, rows }) => ({
      lab: tags['lab'] ?? '',
      node: tags['node'] ?? '',
      guest: tags['guest'] ?? '',
      uuid: uuidOf.get(guestKey(tags)) ?? '',
      exits: minutes(rows),
    })),
  };
}

function textsBy(
  series: readonly Series[],
  field: string,
  keyOf: (tags: Tags) => string,
): Map<string, string> {
  return new Map(series.map(({ tags, rows }) => [keyOf(tags), textIn(rows[0], field)]));
}

function minutes(rows: Series['rows']): ByMinute {
  return new Map(
    rows.flatMap((row) => {
      const exits = numberIn(row, 'exits');
      return exits === undefined ? [] : [[timeIn(row), exits] as const];
    }),
  );
}

function positionKey({ lab, node, parent }: Tags): string {
  return JSON.stringify([lab, node, parent]);
}

function guestKey({ lab, node, guest }: Tags): string {
  return JSON.stringify([lab, node, guest]);
}
