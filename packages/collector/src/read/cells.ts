import { defined } from '@nestwatch/common/defined';
import type { Cell, Series } from '../influx/query-answer.ts';

export type Tags = Series['tags'];
export type Row = Readonly<Record<string, Cell>>;

/** A field's number; undefined where there is none. */
export function numberIn(row: Row | undefined, name: string): number | undefined {
  const cell = row?.[name];
  return typeof cell === 'number' ? cell : undefined;
}

/** A field's text, or a tag's; empty where there is none. */
export function textIn(row: Row | undefined, name: string): string {
  const cell = row?.[name];
  return typeof cell === 'string' ? cell : '';
}

/** A flag, which is stored as 0 or 1; undefined where there is none. */
export function flagIn(row: Row | undefined, name: string): boolean | undefined {
  const number = numberIn(row, name);
  return number === undefined ? undefined : number === 1;
}

/** When a point stands, µs since 1970. */
export function timeIn(row: Row | undefined): number {
  return numberIn(row, 'time') ?? 0;
}

/** A value and when it stands, µs since 1970. */
export interface Point {
  readonly atUs: number;
  readonly value: number;
}

/** One field over time, where it is a number. */
export function pointsIn(rows: readonly Row[], name: string): Point[] {
  return rows.flatMap((row) => {
    const value = numberIn(row, name);
    return value === undefined ? [] : [{ atUs: timeIn(row), value }];
  });
}

/** Where a node stands in its lab. */
export interface LayerPosition {
  /** 0 is the hypervisor on hardware; absent while it is not known. */
  readonly layer?: number;
  /** Node id of the parent; absent where there is none, and while it is not known. */
  readonly parent?: string;
}

/** The position that a point has in its tags. */
export function positionIn(tags: Row): LayerPosition {
  const layer = Number.parseInt(textIn(tags, 'layer'), 10);
  const parent = textIn(tags, 'parent');
  return defined({
    layer: Number.isNaN(layer) ? undefined : layer,
    parent: parent === 'none' || parent === '' ? undefined : parent,
  });
}

/** For sorting by layer, those of which it is not known last. */
export function byLayerAndName(
  a: { readonly layer?: number | undefined; readonly name: string },
  b: { readonly layer?: number | undefined; readonly name: string },
): number {
  return (a.layer ?? Infinity) - (b.layer ?? Infinity) || a.name.localeCompare(b.name);
}
