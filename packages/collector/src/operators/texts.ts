import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import type { Body } from './serve.ts';

/** @throws UsageError */
export function labIn({ lab }: Body): string {
  return idIn(lab, 'lab');
}

/** @throws UsageError */
export function idIn(given: unknown, what: string): string {
  if (typeof given === 'string' && ID_PATTERN.test(given)) return given;
  throw new UsageError(`${JSON.stringify(given)} is not the name of a ${what}`);
}

/** One line of at most this many characters: what people see of each other. */
export function lineIn(given: unknown, most: number): string {
  return typeof given === 'string'
    ? given
        .replace(/[\p{C}\s]+/gu, ' ')
        .trim()
        .slice(0, most)
    : '';
}
