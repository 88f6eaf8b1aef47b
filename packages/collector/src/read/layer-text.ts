import type { LabRow } from './lab-row.ts';

/** A guest whose parent has not reported it is some parent's guest all the same: in layer 1, or deeper. */
export function layerText({ layer, place }: Pick<LabRow, 'layer' | 'place'>): string {
  return layer === undefined ? (place?.by === 'pending' ? '≥1' : '?') : String(layer);
}
