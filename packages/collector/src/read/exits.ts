import { defined } from '@nestwatch/common/defined';
import type { Series } from '../influx/query-answer.ts';
import { type LayerPosition, pointsIn, positionIn, type Tags, textIn } from './cells.ts';
import { ask, before, call, type Reader, since } from './query.ts';

/** Layer positions are written every minute; the first ones of a window may stand before it. */
const POSITIONS_US = 600e6;

interface Exits {
  readonly lab: string;
  readonly node: string;
  /** Exits per second by minute; keys are µs since 1970. */
  readonly exits: ReadonlyMap<number, number>;
}

/** The exits that a node counts of its own guests. */
export interface OwnExits extends Exits, LayerPosition {
  readonly name: string;
  /** Its name at the parent, where the topology could tell. */
  readonly guest?: string;
}

/** The exits of one guest, as the node counts them that runs it. */
export interface GuestExits extends Exits {
  /** Its name there. */
  readonly guest: string;
  /** UUID given to it; empty when none was. */
  readonly uuid: string;
}

/** Both sides of each minute from one moment to another, µs since 1970. */
export async function readExits(
  store: Reader,
  fromUs: number,
  toUs: number,
): Promise<{ own: OwnExits[]; guests: GuestExits[] }> {
  const where = [since(fromUs), before(toUs)];
  const select = [call('mean', 'exits_per_second', 'exits')];
  const ofGuest = ['lab', 'node', 'guest'];
  const ofPosition = ['lab', 'node', 'parent'];
  const ofNode = ['lab', 'node', 'name', 'layer', 'parent'];
  const [own, guests, uuids, positions] = await Promise.all([
    ask(store, { select, from: 'nestwatch_kvm_host', where, by: ofNode, everyUs: 60e6 }),
    ask(store, { select, from: 'nestwatch_kvm_guest', where, by: ofGuest, everyUs: 60e6 }),
    ask(store, { select: [call('last', 'uuid')], from: 'nestwatch_kvm_guest', where, by: ofGuest }),
    ask(store, {
      select: [call('last', 'guest')],
      from: 'nestwatch_topology',
      where: [since(fromUs - POSITIONS_US), before(toUs)],
      by: ofPosition,
    }),
  ]);
  const uuidOf = textsBy(ofGuest, uuids, 'uuid');
  const guestOf = textsBy(ofPosition, positions, 'guest');
  return {
    own: own.map(({ tags, rows }) =>
      defined({
        ...exitsIn(tags, rows),
        ...positionIn(tags),
        name: textIn(tags, 'name'),
        guest: guestOf(tags) || undefined,
      }),
    ),
    guests: guests.map(({ tags, rows }) => ({
      ...exitsIn(tags, rows),
      guest: textIn(tags, 'guest'),
      uuid: uuidOf(tags),
    })),
  };
}

function exitsIn(tags: Tags, rows: Series['rows']): Exits {
  const exits = new Map(pointsIn(rows, 'exits').map(({ atUs, value }) => [atUs, value]));
  return { lab: textIn(tags, 'lab'), node: textIn(tags, 'node'), exits };
}

/** A text that was read, by its tags; empty where there is none. */
function textsBy(by: readonly string[], series: readonly Series[], field: string): (tags: Tags) => string {
  const keyOf = (tags: Tags) => JSON.stringify(by.map((tag) => tags[tag]));
  const texts = new Map(series.map(({ tags, rows }) => [keyOf(tags), textIn(rows[0], field)]));
  return (tags) => texts.get(keyOf(tags)) ?? '';
}
