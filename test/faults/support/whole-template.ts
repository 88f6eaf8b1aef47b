import { camelCase, catalogue, type Field } from '@nestwatch/proto';
import type { Template } from '../../load/template.ts';

type Body = Record<string, unknown>;

/**
 * A sample and a capability that fill every measurement of the catalogue that is made from them, so that none is left
 * out because this machine happens not to have it. Lists have two elements.
 */
export function wholeTemplate(): Template {
  return { sample: wholeBody('sample'), capability: wholeBody('capability') as Template['capability'] };
}

/** All that the catalogue reads of one kind of message. */
export function wholeBody(kind: string): Body {
  const body: Body = {};
  for (const { from, tags = [], fields } of catalogue) {
    const [of, ...path] = (from ?? '').split('.');
    if (of !== kind) continue;
    const made = () => Object.fromEntries(fields.filter((field) => !field.computed).map(figureOf));
    const isList = path.length > 0 && tags.length > 0;
    const parts = [0, 1].map((at) => ({
      ...made(),
      ...Object.fromEntries(tags.map((tag) => [camelCase(tag), `${tag}${at}`])),
    }));
    put(body, path, isList ? parts : made());
  }
  return body;
}

function figureOf({ name, unit, kind }: Field): [string, unknown] {
  const key = camelCase(name);
  if (kind === 'text') return [key, `a ${name}`];
  if (kind === 'flag') return [key, true];
  // Whole, as counters and bytes must be; large enough to be varied.
  return [key, unit === 'ratio' ? 0.5 : 1000];
}

/** Sets what stands at a path, keeping what other measurements put there. */
function put(body: Body, path: readonly string[], value: object): void {
  const [first, ...rest] = path;
  if (first === undefined) Object.assign(body, value);
  else if (rest.length === 0 && Array.isArray(value)) body[first] = value;
  else {
    const below = (body[first] ?? {}) as Body;
    body[first] = below;
    put(below, rest, value);
  }
}
