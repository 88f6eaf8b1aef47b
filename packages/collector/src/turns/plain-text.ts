/** A text of a node without control characters, on one line, at most so long. */
export function plainText(text: unknown, most: number): string {
  if (typeof text !== 'string') return '';
  return text
    .slice(0, most)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
