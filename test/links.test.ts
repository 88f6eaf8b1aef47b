import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const top = resolve(import.meta.dirname, '..');
const below = (folder: string) =>
  readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
const pages = [...readdirSync(top), ...below('docs'), ...below('deploy')].filter(
  (file) => file.endsWith('.md') && !file.includes('node_modules'),
);
const read = (page: string) => readFileSync(join(top, page), 'utf8');

/** Where a heading can be linked to, as GitHub makes it from the text. */
function anchorsOf(page: string): Set<string> {
  const headings = [...withoutCode(read(page)).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
  return new Set(headings);
}

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '');
const linksOf = (page: string) =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

/** What is wrong with a link; undefined when nothing is. Outside of the repository only its form is looked at. */
function wrongWith(page: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return URL.canParse(link) && /^(https|mailto):/.test(link) ? undefined : link;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(top, target))) return link;
  return anchor === undefined || anchorsOf(target).has(anchor) ? undefined : link;
}

test.each(pages)('%s links to what is there', (page) => {
  expect(linksOf(page).filter((link) => wrongWith(page, link) !== undefined)).toEqual([]);
});

test('pages have links', () => {
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(100);
});
