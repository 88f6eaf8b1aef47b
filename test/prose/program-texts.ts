import { parseAst } from 'rolldown/parseAst';
import type { Piece } from './check.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** Stands for a value in a text: one word, which no phrase has. */
const VALUE = 'N';

/**
 * The texts of a TypeScript file that are sentences: literals and templates of three words and more, with sums of them joined.
 * Tags of HTML are taken out; queries and scripts are left out.
 */
export function programTexts(file: string, source: string): Piece[] {
  return textsIn(parseAst(source, { lang: 'ts' }, file).body)
    .map(({ start, text }) => ({ start, text: text.replace(/<[^>]*>/g, ' ').trim() }))
    .filter(({ text }) => isSentence(text))
    .map(({ start, text }) => ({ where: `${file}:${source.slice(0, start).split('\n').length}`, text }));
}

interface Text {
  readonly start: number;
  readonly text: string;
}

function textsIn(value: unknown): Text[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isNode(value) || value.type === 'ImportDeclaration') return [];
  const text = textOf(value);
  const below = Object.values(value)
    .filter((child) => typeof child === 'object')
    // Parts of a sum are joined in it.
    .filter((child) => text === undefined || textOf(child) === undefined);
  return [...(text === undefined ? [] : [{ start: value.start, text }]), ...below.flatMap(textsIn)];
}

/** The text of a literal, a template or a sum of them; undefined for anything else. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type === 'TemplateLiteral') {
    const quasis = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
    return quasis.map(({ value }) => value.cooked).join(VALUE);
  }
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return undefined;
  const [left, right] = [textOf(node['left']), textOf(node['right'])];
  return left === undefined && right === undefined ? undefined : `${left ?? VALUE}${right ?? VALUE}`;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

const CODE = /^#!|\b(?:SELECT|SHOW|WHERE|GROUP BY|CREATE|ALTER|DROP)\b|[{};]\s*$|=>/;

function isSentence(text: string): boolean {
  return (text.match(/[A-Za-z]{2,}/g) ?? []).length >= 3 && /[a-z] [a-z]/i.test(text) && !CODE.test(text);
}

/** The first line of each comment that documents something: what an editor shows. */
export function commentHeads(file: string, source: string): Piece[] {
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    const [, opened] = /^\s*\/\*\*(.*)$/.exec(line) ?? [];
    if (opened === undefined) return [];
    const head = opened.trim() === '' ? (lines[at + 1] ?? '').replace(/^\s*\*\s?/, '') : opened;
    return [
      {
        where: `${file}:${at + 1}`,
        text: head
          .replace(/\*\/\s*$/, '')
          .replace(/`[^`]*`/g, 'code')
          .trim(),
      },
    ];
  });
}
