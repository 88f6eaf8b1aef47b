import { benchmark, COMMON_TAGS } from '@nestwatch/proto';
import { encodeComputed } from '../../influx/points/encode.ts';
import { tagPart } from '../../influx/points/line.ts';
import type { StoredResult } from '../../read/results.ts';
import type { Slowdown } from './compare.ts';

/** The fields that the collector adds to a result's own point: same tags, same time. */
export function slowdownLine({
  result: { tags, timeUs },
  vsParent,
  vsBase,
  disturbed,
}: Slowdown<StoredResult>): string | undefined {
  const commonTags = COMMON_TAGS.map((name) => tagPart(name, tags[name] ?? '')).join('');
  const fields = { vs_parent: vsParent, vs_base: vsBase, vs_disturbed: Number(disturbed) };
  return encodeComputed(benchmark, commonTags, tags, fields, timeUs);
}
