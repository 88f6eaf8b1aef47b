import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findingsIn, type Piece } from './check.ts';
import { documentTexts } from './documents.ts';
import { commentHeads, programTexts } from './program-texts.ts';

const top = resolve(import.meta.dirname, '../..');
const SOURCES = ['packages/agent/src', 'packages/collector/src', 'packages/common/src', 'proto/src'];
const MORE_SOURCES = ['dashboards/src', 'dashboards/alerting', 'deploy', 'scripts'];

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => ending.test(path) && !/(?:^|\/)(?:test|node_modules|fixtures)\//.test(path));
}

const read = (file: string) => readFileSync(join(top, file), 'utf8');
const piecesOf = (files: readonly string[], of: (file: string, text: string) => Piece[]) =>
  files.flatMap((file) => of(file, read(file)));

const programs = [...SOURCES, ...MORE_SOURCES].flatMap((folder) => filesBelow(folder, /\.(?:ts|mjs)$/));

test('texts that programs print are plain English', () => {
  const pieces = piecesOf(programs, programTexts);
  expect(pieces.length).toBeGreaterThan(2000);
  expect(findingsIn(pieces)).toEqual([]);
});

test('the first lines of comments are plain English', () => {
  const pieces = piecesOf(programs, commentHeads);
  expect(pieces.length).toBeGreaterThan(2000);
  expect(findingsIn(pieces)).toEqual([]);
});

test('documents are plain English', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    ...filesBelow('docs', /\.md$/),
  ];
  const pieces = piecesOf(documents, documentTexts);
  expect(pieces.length).toBeGreaterThan(500);
  expect(findingsIn(pieces)).toEqual([]);
});
