import { PermanentError } from '@nestwatch/common/errors';
import { harmless } from '@nestwatch/common/harmless';

/** Bounds that no honest message comes near; what is beyond is set aside whole. */
export const BODY_LIMITS = {
  messageBytes: 256 * 1024,
  textCharacters: 16 * 1024,
  elements: 4096,
  values: 50_000,
  depth: 8,
} as const;

const NEVER_NEGATIVE = /duration|bytes|seconds_?per|latency|^units$/i;

/**
 * Walks a decoded message, and makes its texts harmless. Numbers that InfluxDB cannot store (NaN, the infinities) are
 * taken out, so that one odd source does not cost the node all its figures.
 * @returns how many were taken out
 * @throws PermanentError naming the first field that is out of bounds
 */
export function checkBody(body: object): number {
  let values = 0;
  let unstorable = 0;
  // Names of the fields on the way to where the walk is, by depth. Put together only for an error: this runs for every
  // value of every message.
  const trail: string[] = [];

  function count(): void {
    if (++values > BODY_LIMITS.values) throw new PermanentError(`more than ${BODY_LIMITS.values} values`);
  }

  /** @returns the text, harmless */
  function checkText(text: string, depth: number): string {
    count();
    if (text.length > BODY_LIMITS.textCharacters) {
      throw beyond(trail, depth, `${text.length} characters`, `at most ${BODY_LIMITS.textCharacters}`);
    }
    return harmless(text);
  }

  /** What is no text. */
  function checkOne(value: unknown, key: string, depth: number): void {
    count();
    if (typeof value === 'number') {
      if (value < 0 && NEVER_NEGATIVE.test(key)) throw beyond(trail, depth, String(value), '0 or more');
    } else if (isPart(value)) walk(value, depth + 1);
  }

  function checkList(list: unknown[], key: string, depth: number): void {
    if (list.length > BODY_LIMITS.elements) {
      throw beyond(trail, depth, `${list.length} elements`, `at most ${BODY_LIMITS.elements}`);
    }
    for (const [at, each] of list.entries()) {
      if (typeof each === 'string') list[at] = checkText(each, depth);
      else checkOne(each, key, depth);
    }
  }

  function checkField(fields: Record<string, unknown>, key: string, depth: number): void {
    const value = fields[key];
    trail[depth] = key;
    if (isUnstorable(value)) {
      delete fields[key];
      unstorable++;
    } else if (Array.isArray(value)) checkList(value, key, depth);
    else if (typeof value === 'string') {
      const sound = checkText(value, depth);
      // Storing it again costs as much as looking at it.
      if (sound !== value) fields[key] = sound;
    } else checkOne(value, key, depth);
  }

  function walk(part: object, depth: number): void {
    if (depth > BODY_LIMITS.depth)
      throw beyond(trail, depth - 1, 'nested too deeply', `depth ${BODY_LIMITS.depth}`);
    const fields = part as Record<string, unknown>;
    for (const key of Object.keys(fields)) if (!isPassedOver(key, depth)) checkField(fields, key, depth);
  }

  walk(body, 0);
  return unstorable;
}

function isPart(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function isUnstorable(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** The header has its own check, and protobufjs keeps what it does not know: bytes that nobody reads. */
function isPassedOver(key: string, depth: number): boolean {
  return key === '$unknowns' || (depth === 0 && key === 'header');
}

/** @param depth of the field that is refused; what the trail holds below it is of another */
function beyond(trail: readonly string[], depth: number, given: string, allowed: string): PermanentError {
  const path = trail.slice(0, depth + 1).join('.');
  return new PermanentError(`field ${path} is ${given}, allowed is ${allowed}`);
}
