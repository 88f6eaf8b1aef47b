import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/** One entry of a text archive. */
export type Entry =
  | { readonly path: string; readonly kind: 'folder' }
  | { readonly path: string; readonly kind: 'file'; readonly text: string }
  | { readonly path: string; readonly kind: 'link'; readonly target: string };

/** Reads ttar, the archive format of node_exporter's fixtures: a header for each entry, and this many lines of text. */
export function parseTtar(archive: string): Entry[] {
  const lines = archive.split('\n');
  const entries: Entry[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, key = '', path = ''] = /^(Directory|Path): (.+)$/.exec(lines[at] ?? '') ?? [];
    if (key === 'Directory') entries.push({ path, kind: 'folder' });
    if (key !== 'Path') continue;
    const target = /^SymlinkTo: (.+)$/.exec(lines[at + 1] ?? '')?.[1];
    const count = Number(/^Lines: (\d+)$/.exec(lines[at + 1] ?? '')?.[1] ?? 0);
    if (target !== undefined) entries.push({ path, kind: 'link', target });
    else {
      const text = textOf(lines.slice(at + 2, at + 2 + count));
      entries.push({ path, kind: 'file', text });
    }
    at += 1 + count;
  }
  return entries;
}

/** A line ends with a line feed unless EOF stands there; a backslash takes the meaning from both words. */
function textOf(lines: readonly string[]): string {
  return lines
    .map((line) => {
      const open = /[^\\]EOF$|^EOF$/.test(line);
      const text = line
        .replace(/(^|[^\\])EOF/g, '$1')
        .replaceAll('\\EOF', 'EOF')
        .replace(/(?<!\\)NULLBYTE/g, '\0')
        .replaceAll('\\NULLBYTE', 'NULLBYTE');
      return open ? text : `${text}\n`;
    })
    .join('');
}

/** Writes the entries below a folder. */
export function unpackTtar(archive: string, into: string): void {
  for (const entry of parseTtar(archive)) {
    const path = join(into, entry.path);
    if (!resolve(path).startsWith(resolve(into) + sep)) throw new Error(`${entry.path} leaves the archive`);
    mkdirSync(entry.kind === 'folder' ? path : dirname(path), { recursive: true });
    if (entry.kind === 'file') writeFileSync(path, entry.text);
    if (entry.kind === 'link') symlinkSync(entry.target, path);
  }
}
