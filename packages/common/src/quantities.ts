const TIMES: readonly [number, string][] = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];
const PREFIXES: readonly [number, string][] = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
];

/** 0.00123 → "1.23 ms". */
export function formatTime(seconds: number): string {
  const [size, name] = TIMES.find(([least]) => seconds >= least) ?? [1e-9, 'ns'];
  return `${shown(seconds / size)} ${name}`;
}

/** Decimal prefixes, as speeds of disks and networks have them: (268435456, "B") → "268 MB". */
export function formatQuantity(value: number, unit: string): string {
  const [size, prefix] = PREFIXES.find(([least]) => value >= least) ?? [1, ''];
  return `${shown(value / size)} ${prefix}${unit}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
