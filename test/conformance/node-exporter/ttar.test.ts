import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { parseTtar, unpackTtar } from './ttar.ts';

const ARCHIVE = `# Archive made by hand
Directory: sys
Mode: 755
# ttar - - -
Path: sys/one
Lines: 2
Path: not a header
\\EOF NULLBYTE
Mode: 644
# ttar - - -
Path: sys/open
Lines: 1
7EOF
Mode: 644
# ttar - - -
Path: sys/empty
Lines: 0
Mode: 644
# ttar - - -
Path: sys/link
SymlinkTo: ../elsewhere
`;

test('has folders, files and links', () => {
  expect(parseTtar(ARCHIVE)).toEqual([
    { path: 'sys', kind: 'folder' },
    { path: 'sys/one', kind: 'file', text: 'Path: not a header\nEOF \0\n' },
    { path: 'sys/open', kind: 'file', text: '7' },
    { path: 'sys/empty', kind: 'file', text: '' },
    { path: 'sys/link', kind: 'link', target: '../elsewhere' },
  ]);
});

test('is unpacked below a folder, and not beside it', () => {
  const folder = temporaryFolder('ttar');
  unpackTtar(ARCHIVE, folder);
  expect(readFileSync(join(folder, 'sys/open'), 'utf8')).toBe('7');
  expect(readlinkSync(join(folder, 'sys/link'))).toBe('../elsewhere');
  expect(() => unpackTtar('Path: ../out\nLines: 0\n', folder)).toThrow('leaves the archive');
});
