import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '@nestwatch/common/errors';
import { type Figure, type Spread, spreadOf } from '../figure.ts';
import type { Measured } from '../run-sections.ts';

/** The committed ratios, by the id of their figure. */
export type Baseline = Readonly<Record<string, BaselineFigure>>;

export interface BaselineFigure extends Spread {
  worse: NonNullable<Figure['worse']>;
}

/** @throws UsageError when there is none. */
export function readBaseline(file: string): Baseline {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Baseline;
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: make it with --update-baseline`, { cause });
  }
}

/** Keeps the figures of sections that were not run. */
export function writeBaseline(file: string, { results }: Measured): void {
  const old = readOrEmpty(file);
  const fresh = Object.fromEntries(
    results
      .flatMap(({ figures }) => figures)
      .filter(({ guarded }) => guarded)
      .map(({ id, values, worse = 'higher' }) => [id, { worse, ...rounded(spreadOf(values)) }]),
  );
  writeFileSync(file, `${JSON.stringify({ ...old, ...fresh }, undefined, 2)}\n`);
}

function readOrEmpty(file: string): Baseline {
  try {
    return readBaseline(file);
  } catch {
    return {};
  }
}

function rounded({ median, low, high }: Spread): Spread {
  const digits = (value: number) => Number(value.toPrecision(4));
  return { median: digits(median), low: digits(low), high: digits(high) };
}
