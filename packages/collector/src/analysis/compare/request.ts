import { parseDuration } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { MOMENTS, parseMoment } from '../moment.ts';
import type { PROPERTIES, Property } from './properties.ts';

/** From one moment up to another, µs since 1970. */
interface Times {
  readonly fromUs: number;
  readonly toUs: number;
}

interface Common {
  readonly worth: number;
  readonly failAbove?: number;
  /** Only this benchmark or probe. */
  readonly benchmark?: string;
}

export interface TimeRequest extends Common {
  readonly kind: 'time';
  readonly lab: string;
  readonly before: Times & { readonly label: string };
  readonly after: Times & { readonly label: string };
}

export interface LabRequest extends Common, Times {
  readonly kind: 'labs';
  readonly labs: readonly [string, string];
}

export interface EnvironmentRequest extends Common, Times {
  readonly kind: 'environment';
  readonly lab: string;
  readonly property: Property;
  readonly values: readonly [string, string];
  /** Whose environment counts, by id or name; each node's own where it is absent. */
  readonly of?: string;
}

export type ComparisonRequest = TimeRequest | LabRequest | EnvironmentRequest;

/** What was asked for, by the names of the command's options and of the page's address. */
export interface Asked {
  /** The lab that was named in another way. */
  readonly lab?: string | undefined;
  one(name: string): string | undefined;
  many(name: string): readonly string[];
}

/** Levels that differ by less are taken for one, as by the detector. */
const WORTH = 1.1;
const SPAN = '30d';
/** Ten years: nothing is kept for longer. */
const LONGEST_SPAN_MS = 3650 * 86_400_000;
export const ENVIRONMENT_OPTIONS = ['kernel', 'hypervisor', 'clocksource', 'cpu', 'nodejs'] as const;

/**
 * @param nowUs where the newer side ends
 * @throws UsageError that says what is missing, or contradicts itself
 */
export function requestOf(asked: Asked, nowUs: number): ComparisonRequest {
  const spanMs = parseDuration(asked.one('span') ?? SPAN);
  if (spanMs === undefined || spanMs <= 0 || spanMs > LONGEST_SPAN_MS)
    throw new UsageError(`--span ${asked.one('span')} is not allowed: give a time such as 12h, 7d or 90d`);
  const times = { fromUs: nowUs - spanMs * 1000, toUs: nowUs };
  const common = defined({
    worth: WORTH,
    failAbove: failAboveIn(asked.one('fail-above')),
    benchmark: asked.one('benchmark'),
  });
  const kinds = [
    ...(asked.one('before') !== undefined || asked.one('after') !== undefined ? ['time'] : []),
    ...(asked.many('lab').length > 0 ? ['lab'] : []),
    ...ENVIRONMENT_OPTIONS.filter((name) => asked.many(name).length > 0),
  ];
  const [kind, ...others] = kinds;
  if (kind === undefined || others.length > 0) throw new UsageError(whatToCompare(others.length > 0));
  if (kind === 'lab') return { ...common, ...times, kind: 'labs', labs: pairIn(asked, 'lab') };
  const lab = asked.lab ?? '';
  if (kind === 'time') return { ...common, kind, lab, ...timesIn(asked, spanMs * 1000, nowUs) };
  const property = kind as (typeof ENVIRONMENT_OPTIONS)[number];
  const values = pairIn(asked, property);
  const of = asked.one('of');
  return { ...common, ...times, kind: 'environment', lab, property, values, ...defined({ of }) };
}

function whatToCompare(tooMuch: boolean): string {
  const ways =
    'a time (--before 2026-11-20), two kernels (--kernel 6.1 --kernel 6.12), or two labs (--lab a --lab b)';
  return tooMuch ? `give only one of: ${ways}` : `give what to compare: ${ways}`;
}

function pairIn(asked: Asked, name: 'lab' | keyof typeof PROPERTIES): readonly [string, string] {
  const [before, after, ...more] = asked.many(name);
  if (before === undefined || after === undefined || more.length > 0)
    throw new UsageError(`give --${name} twice, once for each side`);
  if (before === after)
    throw new UsageError(`--${name} ${before} is on both sides: there is nothing to compare`);
  return [before, after];
}

function failAboveIn(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const ratio = Number(given);
  if (ratio > 1 && ratio <= 1000) return ratio;
  throw new UsageError(`--fail-above ${given} is not allowed: give a ratio above 1, such as 1.3`);
}

/** One date divides a history in two; two leave out what is between them. */
function timesIn(asked: Asked, spanUs: number, nowUs: number): Pick<TimeRequest, 'before' | 'after'> {
  const [before, after] = [asked.one('before'), asked.one('after')];
  const endUs = momentIn('before', before ?? after ?? '', nowUs);
  const startUs = momentIn('after', after ?? before ?? '', nowUs);
  if (startUs < endUs)
    throw new UsageError(`--after ${after} is earlier than --before ${before}: the two sides would overlap`);
  if (startUs >= nowUs) throw new UsageError(`--after ${after ?? before} is in the future`);
  return {
    before: { label: `before ${before ?? after}`, fromUs: endUs - spanUs, toUs: endUs },
    after: { label: `after ${after ?? before}`, fromUs: startUs, toUs: Math.min(nowUs, startUs + spanUs) },
  };
}

function momentIn(option: string, given: string, nowUs: number): number {
  const us = parseMoment(given, nowUs);
  if (us !== undefined) return us;
  throw new UsageError(`--${option} ${given} is not a moment: give ${MOMENTS}`);
}

/** How long the longer side is, µs. */
export function longestUs(request: ComparisonRequest): number {
  if (request.kind !== 'time') return request.toUs - request.fromUs;
  const { before, after } = request;
  return Math.max(before.toUs - before.fromUs, after.toUs - after.fromUs);
}
