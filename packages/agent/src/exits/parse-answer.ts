import { absent, type Found, known, type Missing, unknown } from '../host/host.ts';
import { type ExitTrace, METHODS, type ProcessExits, type ReasonExits, TRACE_LIMITS } from './trace.ts';

/** The answer of the tracer: a trace, or why there is none. */
export type TraceAnswer = Found<ExitTrace>;

const STATES = ['absent', 'denied', 'unknown'] as const;

/** Reads an answer of the helper, or of a process of our own. `unknown` for what is none; beyond the bounds it is cut. */
export function parseAnswer(text: string): TraceAnswer {
  try {
    return answerIn(JSON.parse(text)) ?? NOT_UNDERSTOOD;
  } catch {
    return NOT_UNDERSTOOD;
  }
}

const NOT_UNDERSTOOD = unknown('cannot parse the answer of the exit tracer');

function answerIn(given: unknown): TraceAnswer | undefined {
  const answer = mapIn(given);
  const state = STATES.find((each) => each === answer?.['state']);
  if (state !== undefined) return missing(state, answer?.['reason']);
  const value = answer?.['state'] === 'known' ? mapIn(answer['value']) : undefined;
  const seconds = value?.['seconds'];
  const method = METHODS.find((each) => each === value?.['method']);
  if (value === undefined || method === undefined || !isCount(seconds)) return undefined;
  const missedRatio = Math.min(1, numberIn(value['missedRatio']));
  return known({
    seconds,
    method,
    missedRatio,
    processes: listIn(value['processes'], TRACE_LIMITS.processes, processIn),
  });
}

function missing(state: Missing['state'], reason: unknown): Missing {
  const text = typeof reason === 'string' ? reason.slice(0, 500) : '';
  return text === '' ? absent('it gave no reason') : { state, reason: text };
}

function processIn(given: unknown): ProcessExits | undefined {
  const process = mapIn(given);
  const pid = numberIn(process?.['pid']);
  if (process === undefined || !Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, reasons: listIn(process['reasons'], TRACE_LIMITS.reasons, reasonIn) };
}

function reasonIn(given: unknown): ReasonExits | undefined {
  const each = mapIn(given);
  const reason = each?.['reason'];
  const meanUs = each?.['meanUs'];
  if (each === undefined || typeof reason !== 'string') return undefined;
  if (!/^[\w-]+$/.test(reason) || reason.length > TRACE_LIMITS.reasonCharacters) return undefined;
  const count = numberIn(each['count']);
  return { reason, nested: each['nested'] === true, count, ...(isCount(meanUs) && { meanUs }) };
}

function listIn<T>(given: unknown, most: number, parse: (item: unknown) => T | undefined): T[] {
  const items = Array.isArray(given) ? given.slice(0, most) : [];
  return items.map(parse).filter((item) => item !== undefined);
}

function mapIn(given: unknown): Record<string, unknown> | undefined {
  const isMap = typeof given === 'object' && given !== null && !Array.isArray(given);
  return isMap ? (given as Record<string, unknown>) : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
const numberIn = (value: unknown): number => (isCount(value) ? value : 0);
