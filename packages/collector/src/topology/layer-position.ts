import type { NodePlace } from './join.ts';

/** A place as it is stored: with its lab, and for which start of the machine it was found. */
export interface StoredPlace extends NodePlace {
  readonly lab: string;
  readonly machineBoot: string;
}

export function parsePlace(text: string): StoredPlace | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const place = given as Partial<StoredPlace>;
  const whole =
    [place.node, place.lab, place.reason].every((each) => typeof each === 'string') &&
    (place.layer === undefined || Number.isInteger(place.layer)) &&
    (place.parent === undefined || typeof place.parent === 'string');
  return whole ? (place as StoredPlace) : undefined;
}
