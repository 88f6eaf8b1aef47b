import { escapeHtml } from '../../packages/collector/src/web/html/html.ts';

const [CHAR, LINE, MARGIN] = [7.8, 18, 16];

/**
 * What was said at a terminal, as SVG: the same picture for the same lines. Lines that were typed begin with "# ".
 * @param columns longer lines go on in the next
 */
export function terminalPicture(title: string, lines: readonly string[], columns = 110): string {
  const rows = lines.flatMap((line) => wrapped(line, columns));
  const [width, height] = [Math.ceil(columns * CHAR + 2 * MARGIN), (rows.length + 1) * LINE + 3 * MARGIN];
  const texts = rows.map((row, at) => {
    const colour = row.startsWith('# ') ? '#e5c07b' : '#d7dae0';
    const y = 2 * MARGIN + (at + 2) * LINE - 4;
    return `<text x="${MARGIN}" y="${y}" fill="${colour}" xml:space="preserve">${escapeHtml(row)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeHtml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1e2127"/>`,
    '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">',
    `<text x="${MARGIN}" y="${MARGIN + 10}" fill="#7f848e">${escapeHtml(title)}</text>`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function wrapped(line: string, columns: number): string[] {
  const parts: string[] = [];
  for (let rest = line; ; ) {
    parts.push(parts.length === 0 ? rest.slice(0, columns) : `    ${rest.slice(0, columns - 4)}`);
    rest = rest.slice(parts.length === 1 ? columns : columns - 4);
    if (rest === '') return parts;
  }
}
