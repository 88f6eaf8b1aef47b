/** Three significant digits without trailing noise: 0.0123, 1.23, 12.3, 123, 1234. */
export function significant(exact: number): string {
  if (exact === 0) return '0';
  const value = Math.abs(exact) >= 100 ? exact : Number(exact.toPrecision(3));
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(size))));
}

/** 0.034 → "3.4 %". */
export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** Seconds in the unit that fits: "1.23 s", "45.6 ms", "12.0 µs", "7.00 ns". */
export function seconds(value: number): string {
  // What would be shown as 1000 of a unit is shown as 1 of the next.
  const size = Math.abs(value) * 1.0005;
  if (size >= 1 || size === 0) return `${significant(value)} s`;
  if (size >= 1e-3) return `${significant(value * 1e3)} ms`;
  return size >= 1e-6 ? `${significant(value * 1e6)} µs` : `${significant(value * 1e9)} ns`;
}

/** Microseconds in the unit that fits. */
export function microseconds(value: number): string {
  return seconds(value / 1e6);
}

/** "×2.40": time here divided by time there. */
export function times(ratio: number): string {
  return `×${ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}`;
}

/** Seconds for one unit as people read it: bytes as throughput, all else as time for one. */
export function perUnit(secondsPerUnit: number, unit: string): string {
  if (unit === 'byte') return `${bytes(1 / secondsPerUnit)}/s`;
  return unit === '' || unit === 'run' ? seconds(secondsPerUnit) : `${seconds(secondsPerUnit)} per ${unit}`;
}

/** Decimal units, as the article and disk makers use them: "550 MB". */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value * 1.0005) / 3));
  return `${significant(value / 1000 ** power)} ${units[power]}`;
}

/** Binary units, as memory is sold: "4 GiB". */
export function memory(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${significant(value / 1024 ** power)} ${units[power]}`;
}

/** How long ago, in words: "4 s ago", "3 min ago", "5 h ago", "2 days ago". */
export function ago(us: number, nowUs: number): string {
  const passed = Math.max(0, (nowUs - us) / 1e6);
  if (passed < 100) return `${passed.toFixed(0)} s ago`;
  if (passed < 6000) return `${(passed / 60).toFixed(0)} min ago`;
  return passed < 48 * 3600
    ? `${(passed / 3600).toFixed(0)} h ago`
    : `${(passed / 86_400).toFixed(0)} days ago`;
}

/** The middle value; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
