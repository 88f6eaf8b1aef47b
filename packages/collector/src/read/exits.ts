import type { Series } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';

/** A node as its newest figures show it. */
export interface ChildNode {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  /** Node id of the parent; undefined while it is not known. */
  readonly parent?: string;
  /** Its name at the parent, where the topology could tell. */
  readonly guest?: string;
}

/** A guest as its parent counts it. */
export interface CountedGuest {
  readonly lab: string;
  /** The node that runs it. */
  readonly node: string;
  /** Its name there. */
  readonly guest: string;
  /** UUID given to it; empty when none was. */
  readonly uuid: string;
}

/** Exits per second by minute; keys are µs since 1970. */
export type ByMinute = ReadonlyMap<number, number>;

export interface OwnExits extends ChildNode {
  readonly layer?: number;
  readonly exits: ByMinute;
}

export interface GuestExits extends CountedGuest {
  readonly exits: ByMinute;
}

/** Both sides of each minute from one moment to another, µs since 1970. */
export async function readExits(
  store: Pick<Store, 'query'>,
  fromUs: number,
  toUs: number,
): Promise<{ own: OwnExits[]; guests: GuestExits[] }> {
  const [own, guests, uuids, places] = await Promise.all([
    store.query(meansOf('nestwatch_kvm_host', ['name', 'layer', 'parent'], fromUs, toUs)),
    store.query(meansOf('nestwatch_kvm_guest', ['guest'], fromUs, toUs)),
    store.query(
      `SELECT last("uuid") AS "uuid" FROM "nestwatch_kvm_guest" WHERE ${within(fromUs, toUs)} GROUP BY "lab","node","guest"`,
    ),
    store.query(
      `SELECT last("guest") AS "guest" FROM "nestwatch_topology" WHERE ${within(fromUs - PLACES_US, toUs)} GROUP BY "lab","node","parent"`,
    ),
  ]);
  const uuidOf = new Map(uuids.map(({ tags, rows }) => [guestKey(tags), String(rows[0]?.['uuid'] ?? '')]));
  const placeOf = new Map(places.map(({ tags, rows }) => [placeKey(tags), String(rows[0]?.['guest'] ?? '')]));
  return {
    own: own.map((series) => ({ ...ownExits(series), ...guestAt(placeOf, series.tags) })),
    guests: guests.map((series) => ({
      ...{
        lab: series.tags['lab'] ?? '',
        node: series.tags['node'] ?? '',
        guest: series.tags['guest'] ?? '',
      },
      uuid: uuidOf.get(guestKey(series.tags)) ?? '',
      exits: minutes(series),
    })),
  };
}

function meansOf(measurement: string, tags: readonly string[], fromUs: number, toUs: number): string {
  const by = ['lab', 'node', ...tags].map((tag) => `"${tag}"`).join(',');
  return `SELECT mean("exits_per_second") AS "exits" FROM "${measurement}" WHERE ${within(fromUs, toUs)} GROUP BY time(1m),${by} fill(none)`;
}

function within(fromUs: number, toUs: number): string {
  const at = (us: number) => `'${new Date(us / 1000).toISOString()}'`;
  return `time >= ${at(fromUs)} AND time < ${at(toUs)}`;
}

function ownExits(series: Series): OwnExits {
  const { tags } = series;
  const layer = Number.parseInt(tags['layer'] ?? '', 10);
  const parent = tags['parent'] ?? 'none';
  return {
    ...{ lab: tags['lab'] ?? '', node: tags['node'] ?? '', name: tags['name'] ?? '' },
    ...(Number.isNaN(layer) ? {} : { layer }),
    ...(parent === 'none' || parent === '' ? {} : { parent }),
    exits: minutes(series),
  };
}

function minutes({ rows }: Series): ByMinute {
  return new Map(
    rows.flatMap((row) => {
      const exits = row['exits'];
      return typeof exits === 'number' ? [[Number(row['time']), exits] as const] : [];
    }),
  );
}

/** A place is written every minute; the first ones of a window may stand before it. */
const PLACES_US = 600e6;

function guestAt(placeOf: ReadonlyMap<string, string>, tags: Series['tags']): { guest?: string } {
  const guest = placeOf.get(placeKey(tags)) ?? '';
  return guest === '' ? {} : { guest };
}

function placeKey(tags: Series['tags']): string {
  return JSON.stringify([tags['lab'], tags['node'], tags['parent']]);
}

function guestKey(tags: Series['tags']): string {
  return JSON.stringify([tags['lab'], tags['node'], tags['guest']]);
}
