import { tagPart } from './line.ts';

export interface NodeTags {
  lab: string;
  node: string;
  name: string;
  /** Absent until the node knows its depth. */
  layer?: number | null | undefined;
  /** Absent or empty where there is none. */
  parent?: string | undefined;
}

/**
 * The escaped tags that every point of a node has, sorted by key as InfluxDB likes them. They come from the message
 * alone, so that writing it twice writes the same points.
 */
export function commonTagsOf({ lab, node, name, layer, parent }: NodeTags): string {
  return (
    tagPart('lab', lab) +
    tagPart('layer', typeof layer === 'number' ? String(layer) : 'unknown') +
    tagPart('name', name === '' ? node : name) +
    tagPart('node', node) +
    tagPart('parent', parent || 'none')
  );
}
