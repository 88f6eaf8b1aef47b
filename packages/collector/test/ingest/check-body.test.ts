import { BODY_LIMITS, checkBody } from '@nestwatch/collector/ingest/check-body';
import { expect, test } from 'vitest';

test('numbers that cannot be stored are taken out, wherever they stand', () => {
  const body = { load: { load1: Number.NaN, load5: 1 }, disks: [{ reads: Number.POSITIVE_INFINITY }] };
  expect(checkBody(body)).toBe(2);
  expect(body).toEqual({ load: { load5: 1 }, disks: [{}] });
});

test('an error names the field by its whole path', () => {
  const text = 'x'.repeat(BODY_LIMITS.textCharacters + 1);
  expect(() => checkBody({ inventory: { disks: [text] } })).toThrow(
    'field inventory.disks is 16385 characters',
  );
  expect(() => checkBody({ probes: [{ durationUs: -1 }] })).toThrow('field probes.durationUs is -1');
  const many = Array.from({ length: BODY_LIMITS.elements + 1 }, () => 0);
  expect(() => checkBody({ macs: many })).toThrow('field macs is 4097 elements');
});

test('more values than any honest message has are refused', () => {
  const list = Array.from({ length: 4000 }, () => ({}));
  const body = Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`list${at}`, list]));
  expect(() => checkBody(body)).toThrow('more than 50000 values');
});

test('the header, and what a newer agent added, are left alone', () => {
  expect(checkBody({ header: { seq: Number.NaN }, $unknowns: [new Uint8Array(9)] })).toBe(0);
});
