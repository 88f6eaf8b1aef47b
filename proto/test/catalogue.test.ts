import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { camelCase, catalogue, fieldOf, KINDS, type Measurement, meaningOf, wordOf } from '../src/index.ts';

const root = loadSchema();
const tops: Record<string, protobuf.Type> = {
  capability: root.lookupType('nestwatch.v1.Capability'),
  sample: root.lookupType('nestwatch.v1.Sample'),
  benchmark: root.lookupType('nestwatch.v1.BenchmarkResult'),
  event: root.lookupType('nestwatch.v1.Event'),
};
const fromMessages = catalogue.filter((measurement) => measurement.from !== undefined);

test('there is a message for each kind of report', () => {
  expect(Object.keys(tops).sort()).toEqual([...KINDS].sort());
});

test('measurements have names of their own, with the prefix', () => {
  const names = catalogue.map((measurement) => measurement.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^nestwatch_[a-z0-9_]+$/);
});

describe.each(fromMessages.map((each) => [each.name, each] as const))('%s', (_, measurement) => {
  const type = typeAt(measurement);

  test('its fields and tags are fields of the message, with a type that can be stored', () => {
    for (const field of measurement.fields.filter((each) => !each.computed)) {
      const found = type.fields[camelCase(field.name)];
      expect(found, `${type.name}.${field.name}`).toBeDefined();
      const isText = found?.type === 'string';
      expect(isText, `${type.name}.${field.name} is a text in both or in neither`).toBe(
        field.kind === 'text',
      );
      if (!isText) expect(found?.repeated, `${type.name}.${field.name} is one value`).toBe(false);
    }
    for (const tag of measurement.tags ?? []) {
      expect(type.fields[camelCase(tag)]?.type, `${type.name}.${tag}`).toBe('string');
    }
  });

  test('what is computed for it is no field of the message', () => {
    for (const field of measurement.fields.filter((each) => each.computed)) {
      expect(type.fields[camelCase(field.name)], `${type.name}.${field.name}`).toBeUndefined();
    }
  });

  test('the unit is in the name of a field that has one', () => {
    for (const { name, unit } of measurement.fields) {
      if (unit === 'bytes') expect(name).toMatch(/bytes/);
      if (unit === 'microseconds') expect(name).toMatch(/_us$/);
      if (unit === 'ratio') expect(name).toMatch(/ratio|rate|^vs_/);
    }
  });
});

test('every number of an enumeration that is stored has a word of its own', () => {
  const enumerations = fromMessages.flatMap((measurement) =>
    measurement.fields.flatMap((field) => {
      const type = typeAt(measurement).fields[camelCase(field.name)]?.resolvedType;
      return type instanceof protobuf.Enum ? [{ field, type }] : [];
    }),
  );
  expect(enumerations.map(({ field }) => field.name)).toEqual([
    'state',
    'level',
    'activity',
    'transfer',
    'status',
    'outcome',
    'kind',
  ]);
  for (const { field, type } of enumerations) {
    const numbers = Object.values(type.values).filter((number) => number !== 0);
    expect(Object.keys(field.words ?? {}).map(Number), field.name).toEqual(numbers);
    expect(new Set(Object.values(field.words ?? {})).size, field.name).toBe(numbers.length);
  }
});

test('an enumeration tells its words to documents, and unknown for a number without one', () => {
  const state = fieldOf('nestwatch_alert', 'state');
  expect(meaningOf(state)).toBe('Whether it fires: 0 over, 1 pending, 2 firing.');
  expect(wordOf(state, 2)).toBe('firing');
  expect(wordOf(state, null)).toBe('unknown');
  expect(wordOf(state, 9)).toBe('unknown');
});

test('every number and flag of a sample is in the catalogue', () => {
  const covered = new Set(
    fromMessages.flatMap((measurement) => {
      const type = typeAt(measurement);
      return [...measurement.fields.map((field) => field.name), ...(measurement.tags ?? [])].map(
        (name) => `${type.name}.${camelCase(name)}`,
      );
    }),
  );
  for (const type of typesBelow(tops['sample'])) {
    for (const field of type.fieldsArray) {
      const isValue = field.resolvedType === null || field.resolvedType instanceof protobuf.Enum;
      if (isValue && !field.repeated) {
        expect(covered, `${type.name}.${field.name} is stored`).toContain(`${type.name}.${field.name}`);
      }
    }
  }
});

function loadSchema(): protobuf.Root {
  const folder = resolve(import.meta.dirname, '..');
  const loaded = new protobuf.Root();
  loaded.resolvePath = (_, target) => join(folder, target);
  const names = readdirSync(join(folder, 'nestwatch'), { recursive: true }).map(String);
  loaded.loadSync(names.filter((name) => name.endsWith('.proto')).map((name) => join('nestwatch', name)));
  loaded.resolveAll();
  return loaded;
}

function typeAt(measurement: Measurement): protobuf.Type {
  const [kind = '', ...path] = measurement.from?.split('.') ?? [];
  let type = tops[kind];
  for (const key of path) type = type?.fields[key]?.resolvedType as protobuf.Type | undefined;
  if (!(type instanceof protobuf.Type)) throw new Error(`${measurement.from} is no message`);
  return type;
}

function typesBelow(top: protobuf.Type | undefined): protobuf.Type[] {
  const seen = new Set<protobuf.Type>();
  const visit = (type: protobuf.Type) => {
    for (const { resolvedType } of type.fieldsArray) {
      if (!(resolvedType instanceof protobuf.Type) || seen.has(resolvedType)) continue;
      if (resolvedType.name === 'Header') continue;
      seen.add(resolvedType);
      visit(resolvedType);
    }
  };
  if (top !== undefined) visit(top);
  return [...seen];
}
