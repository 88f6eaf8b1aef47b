import { formatMemory, significant } from '@nestwatch/common/quantities';
import type { Field } from '@nestwatch/proto/catalogue';

/** A value in a unit that a person reads easily. */
export function formatValue(field: Field, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  switch (field.unit) {
    case 'ratio':
      return `${number(value * 100)} %`;
    case 'bytes':
      return formatMemory(value);
    case 'bytes/s':
      return `${formatMemory(value)}/s`;
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

/** What is whole is a count more often than not. */
const number = (value: number) => (Number.isInteger(value) ? String(value) : significant(value, 3));
