import { type Argument, valuesOf } from './arguments.ts';

/** Properties of one argument: "virtio-blk-pci,drive=d0,bootindex=1" or the same as JSON. */
export interface Properties {
  /** The part before the first comma when it has no "=". */
  readonly head: string;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Parses the comma-separated form, in which `,,` is a comma of a value, and the JSON form that libvirt writes. Nested
 * members get dotted names ("cache.no-flush"); true and false become "on" and "off". Any text gives a result.
 */
export function parseProperties(text: string): Properties {
  return text.trimStart().startsWith('{') ? fromJson(text) : fromList(text);
}

/** Properties of each use of an option. */
export function propertiesOf(args: readonly Argument[], ...options: readonly string[]): Properties[] {
  return valuesOf(args, ...options).map(parseProperties);
}

/** A property whose name may be left out: `-name vm1` is `-name guest=vm1`. Empty when it is not given. */
export function leading({ head, values }: Properties, name: string): string {
  return head || (values.get(name) ?? '');
}

function fromList(text: string): Properties {
  const values = new Map<string, string>();
  let head = '';
  // A comma of a value is doubled, so what is split apart there belongs together.
  const parts = text.replaceAll(',,', '\0').split(',');
  for (const [at, part] of parts.entries()) {
    const property = part.replaceAll('\0', ',');
    const equals = property.indexOf('=');
    if (equals > 0) values.set(property.slice(0, equals), property.slice(equals + 1));
    else if (at === 0) head = property;
    else if (property !== '') values.set(property, 'on');
  }
  return { head: head || typeIn(values), values };
}

/** `-device driver=e1000` is `-device e1000`, and `-object qom-type=…` likewise. */
function typeIn(values: ReadonlyMap<string, string>): string {
  return values.get('driver') ?? values.get('qom-type') ?? '';
}

function fromJson(text: string): Properties {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return { head: '', values: new Map() };
  }
  const values = new Map<string, string>();
  flatten(given, '', values, 0);
  return { head: typeIn(values), values };
}

const MAX_DEPTH = 8;

function flatten(given: unknown, name: string, into: Map<string, string>, depth: number): void {
  if (typeof given === 'string' || typeof given === 'number') into.set(name, String(given));
  else if (typeof given === 'boolean') into.set(name, given ? 'on' : 'off');
  else if (typeof given === 'object' && given !== null && depth < MAX_DEPTH) {
    for (const [key, value] of Object.entries(given)) {
      flatten(value, name === '' ? key : `${name}.${key}`, into, depth + 1);
    }
  }
}

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** "4G", "4194304k", "0x40000000" or "2048" (in `defaultUnit`) in bytes; undefined when it is not a size. */
export function parseSize(text: string, defaultUnit: 'b' | 'm'): number | undefined {
  const match = /^(0x[\da-f]{1,12}|\d{1,15}(?:\.\d{1,6})?)([bkmgtp]?)(?:i?b)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const unit = UNITS[(match[2] || defaultUnit).toLowerCase()] ?? 1;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A whole number from 1 to a million; undefined for anything else. */
export function parseCount(text: string | undefined): number | undefined {
  const count = /^\d{1,7}$/.test(text ?? '') ? Number(text) : 0;
  return count >= 1 ? count : undefined;
}
