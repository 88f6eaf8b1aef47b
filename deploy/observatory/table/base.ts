import { isUsual, type ObservedSet } from '../result.ts';

/** The kernel that the others are compared with. */
export const BASE = '6.1';

/** The set that has it in all layers, the deepest one; -1 where none has. */
export function baseIndex(sets: readonly Pick<ObservedSet, 'name' | 'features'>[]): number {
  const whole = sets.findIndex(({ name }) => name === BASE);
  return whole === -1 ? sets.findIndex((set) => isUsual(set) && set.name.startsWith(`${BASE} `)) : whole;
}
