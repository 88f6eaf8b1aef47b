/**
 * How nestwatch writes quantities for people: three significant digits ("7.24 µs", "80.0 ns", "721 MB/s"), never an
 * exponent, a space before the unit, decimal prefixes for what flows and binary ones for memory.
 */

/** Three significant digits: 0.0123, 1.20, 12.3, 123, 1234. Of small values no more than this many decimals. */
export function significant(exact: number, mostDecimals = 6): string {
  if (exact === 0) return '0';
  const value = Math.abs(exact) >= 100 ? exact : Number(exact.toPrecision(3));
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(Math.min(mostDecimals, 2 - Math.floor(Math.log10(size))));
}

// What would be shown as 1000 of a unit is shown as 1 of the next.
const ROUNDS_UP = 1.0005;

/** A time in the unit that fits: "1.23 s", "45.6 ms", "12.0 µs", "7.00 ns". */
export function formatTime(seconds: number): string {
  const size = Math.abs(seconds) * ROUNDS_UP;
  if (size >= 1 || size === 0) return `${significant(seconds)} s`;
  if (size >= 1e-3) return `${significant(seconds * 1e3)} ms`;
  return size >= 1e-6 ? `${significant(seconds * 1e6)} µs` : `${significant(seconds * 1e9)} ns`;
}

const DECIMAL = ['', 'k', 'M', 'G', 'T'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti'];

/** Decimal prefixes, as speeds of disks and networks have them: (268435456, "B") → "268 MB". */
export function formatQuantity(value: number, unit: string): string {
  return prefixed(value, unit, 1000, DECIMAL);
}

/** Bytes with binary prefixes, as memory is sold: "4.00 GiB". */
export function formatMemory(bytes: number): string {
  return prefixed(bytes, 'B', 1024, BINARY);
}

function prefixed(value: number, unit: string, base: number, prefixes: readonly string[]): string {
  const size = Math.abs(value) * ROUNDS_UP;
  let power = 0;
  while (power < prefixes.length - 1 && size >= base ** (power + 1)) power += 1;
  // Half a byte there is not.
  const number = power === 0 && Number.isInteger(value) ? String(value) : significant(value / base ** power);
  return `${number} ${prefixes[power]}${unit}`;
}

/** What one unit of work takes: bytes as a speed ("721 MB/s"), all else as the time for one ("7.24 µs"). */
export function formatCost(secondsPerUnit: number, unit: string): string {
  return unit === 'byte' ? `${formatQuantity(1 / secondsPerUnit, 'B')}/s` : formatTime(secondsPerUnit);
}

/** 0.034 → "3.4 %", 0.34 → "34 %"; with a number of decimals, for columns, always with this many. */
export function formatPercent(ratio: number, decimals?: number): string {
  const value = ratio * 100;
  const usual = value === 0 || Math.abs(value) >= 10 ? 0 : 1;
  return `${value.toFixed(decimals ?? usual)} %`;
}

/** How many times as much: "×2.40", "×0.39", "×123". */
export function formatFactor(factor: number): string {
  return `×${factor >= 1 ? significant(factor) : factor.toFixed(2)}`;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A length of time in whole numbers of the largest unit of which there are two: "119 s", "2 min", "5 h", "2 days". */
export function formatDuration(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  return seconds < 2 * DAY ? `${Math.round(seconds / HOUR)} h` : `${Math.round(seconds / DAY)} days`;
}

/** How long ago: "4 s ago"; what seems to lie in the future is now. */
export function formatAgo(us: number, nowUs: number): string {
  return `${formatDuration(Math.max(0, (nowUs - us) / 1e6))} ago`;
}
