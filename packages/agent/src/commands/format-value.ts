import type { Field } from '@nestwatch/proto/catalogue';

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A value in a unit that a person reads easily. */
export function formatValue(field: Field, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  switch (field.unit) {
    case 'ratio':
      return `${number(value * 100)} %`;
    case 'bytes':
      return binary(value);
    case 'bytes/s':
      return `${binary(value)}/s`;
    case 'microseconds':
      return Math.abs(value) >= 10_000 ? `${number(value / 1000)} ms` : `${number(value)} µs`;
    case 'milliseconds':
      return `${number(value)} ms`;
    case 'seconds':
      return `${number(value)} s`;
    case 'per second':
      return `${number(value)} /s`;
    default:
      return number(value);
  }
}

/** Three significant digits, and never an exponent. */
function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(digits);
}

function binary(bytes: number): string {
  const power = Math.max(
    0,
    Math.min(BINARY.length - 1, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)),
  );
  return `${number(bytes / 1024 ** power)} ${BINARY[power]}`;
}
