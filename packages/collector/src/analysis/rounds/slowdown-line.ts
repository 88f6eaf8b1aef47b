import { benchmark, COMMON_TAGS } from '@nestwatch/proto';
import { line, tagPart } from '../../influx/points/line.ts';
import type { StoredResult } from '../../read/results.ts';
import type { Slowdown } from './compare.ts';

/** The fields that the collector adds to a result's own point: same tags, same time. */
export function slowdownLine({
  result,
  vsParent,
  vsBase,
  disturbed,
}: Slowdown<StoredResult>): string | undefined {
  const names = [...COMMON_TAGS, ...(benchmark.tags ?? [])].sort();
  const tags = names.map((name) => tagPart(name, result.tags[name] ?? '')).join('');
  const fields = new Map<string, number>();
  if (vsParent !== undefined) fields.set('vs_parent', vsParent);
  if (vsBase !== undefined) fields.set('vs_base', vsBase);
  fields.set('vs_disturbed', disturbed ? 1 : 0);
  return line(benchmark.name + tags, fields, result.timeUs);
}
