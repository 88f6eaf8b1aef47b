import type { Piece } from './check.ts';

/** The texts of a Markdown document, one for each paragraph, list item and table cell; code and addresses are left out. */
export function documentTexts(file: string, markdown: string): Piece[] {
  const found: Piece[] = [];
  for (const { at, text } of blocks(withoutCode(markdown))) {
    const cells = text.startsWith('|') ? text.split('|') : [text];
    found.push(...cells.map((cell) => ({ where: `${file}:${at}`, text: plain(cell) })));
  }
  return found.filter(({ text }) => text !== '');
}

/** Lines of code and comments are empty in it, so that the others keep their numbers. */
function withoutCode(markdown: string): string {
  const emptied = (block: string) => block.replace(/[^\n]/g, '');
  return markdown
    .replace(/^---\n[\s\S]*?\n---\n/, emptied)
    .replace(/^\s*```[\s\S]*?^\s*```/gm, emptied)
    .replace(/<!--[\s\S]*?-->/g, emptied)
    .replace(/^(?: {4}|\t)\S.*$/gm, '');
}

/** Where a block begins: a row of a table, a list item or a heading, each in a line of its own. */
const BEGIN = /^\s*(?:\||#|[-*]\s|\d+\.\s)/;

/** Paragraphs joined to one line each, with the number of their first one. */
function blocks(markdown: string): { at: number; text: string }[] {
  const found: { at: number; text: string }[] = [];
  let isOpen = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    const text = line.trim();
    const last = found.at(-1);
    if (isOpen && last !== undefined && text !== '' && !BEGIN.test(line)) last.text += ` ${text}`;
    else if (text !== '') found.push({ at: index + 1, text });
    isOpen = text !== '' && !/^[|#]/.test(text);
  }
  return found;
}

function plain(text: string): string {
  return text
    .replace(/^(?:[-*>]|\d+\.|#+)\s/, '')
    .replace(/`[^`]*`/g, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*+([^*]+)\*+/g, '"$1"')
    .replace(/<[^>]*>|\*/g, ' ')
    .trim();
}
