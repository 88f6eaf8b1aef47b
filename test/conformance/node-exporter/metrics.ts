/** One sample of Prometheus's text format. */
export interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads samples; comments are left out. */
export function parseMetrics(text: string): Metric[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value]) => ({ name, labels: labelsOf(labels), value: Number(value) }),
  );
}

const MEANINGS: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(.)/g, (whole, letter) => MEANINGS[letter] ?? whole),
    ]),
  );
}
