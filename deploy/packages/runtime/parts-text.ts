import type { RuntimePart } from './make-runtime.ts';

/** What the runtime consists of, and where to have the source of each part, for people. */
export function partsText(parts: readonly RuntimePart[]): string {
  const rows = parts.map(({ name, version, from }) => `${name} ${version}\n  ${from}\n`);
  return `What lib/runtime consists of. The licence or the terms of each part lie beside this file, under its name.\n\n${rows.join('\n')}`;
}
