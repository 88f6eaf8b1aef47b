import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { builtInIssues, loadIssues } from '../../../src/capability/known-issues/load-issues.ts';
import { parseIssues } from '../../../src/capability/known-issues/parse-issues.ts';

const ROW = {
  id: 'own-issue',
  what: 'slow',
  role: 'host',
  architecture: 'any',
  vendor: 'any',
  component: 'linux',
  summary: 'It is slow.',
  advice: 'Wait.',
  sources: ['https://example.org/issue'],
  date: '2026-11-28',
};

const list = (...rows: object[]) => JSON.stringify({ date: '2026-11-28', issues: rows });

test('the built-in list is good, and has what every row needs', async () => {
  const { issues, from } = await builtInIssues();
  expect(from).toBe('built in');
  expect(issues.length).toBeGreaterThanOrEqual(25);
  for (const { id, what, mainline, fixed, only, sign, component, search } of issues) {
    expect(what === 'escape' || !/escape/i.test(id), id).toBe(true);
    // Without one of these nothing could be judged.
    const tells = mainline ?? fixed ?? only ?? sign;
    expect(component !== 'linux' || tells !== undefined, id).toBe(true);
    // Its own name stands in no changelog.
    expect(
      id.startsWith('CVE-') ||
        search !== undefined ||
        only !== undefined ||
        sign !== undefined ||
        component !== 'linux',
      id,
    ).toBe(true);
  }
});

test('a row is taken as it stands', () => {
  const fixed = { '6.1': '6.1.9' };
  expect(
    parseIssues(list({ ...ROW, fixed, doubtful: { '5.15': '5.15.1' }, only: [['6.0', '6.1-rc2']] })),
  ).toMatchObject({
    date: '2026-11-28',
    issues: [{ id: 'own-issue', fixed }],
  });
});

test.each([
  ['no JSON', '{', /^it is not JSON: /],
  ['no object', '[]', /^it is not an object$/],
  ['no date', '{"issues":[]}', /"date" is not a date/],
  ['no list', '{"date":"2026-11-28"}', /"issues" is not a list/],
  ['a row that is none', list([]), /^row 1 is not an object$/],
  ['a row without a name', list({ ...ROW, id: undefined }), /^row 1: "id" is missing$/],
  ['a member that is missing', list({ ...ROW, advice: undefined }), /^own-issue: "advice" is missing$/],
  ['a member that nobody knows', list({ ...ROW, colour: 'red' }), /^own-issue: unknown member "colour"$/],
  ['a word that is none', list({ ...ROW, what: 'bad' }), /^own-issue: "what" is not one of escape, /],
  ['a version that is none', list({ ...ROW, since: 'long ago' }), /^own-issue: "since" is not a version/],
  [
    'a version of another series',
    list({ ...ROW, fixed: { '6.1': '6.2.1' } }),
    /6\.1: 6\.2\.1, which is not a version of that series/,
  ],
  ['a range of one', list({ ...ROW, only: [['6.1']] }), /not two versions/],
  [
    'a build without a line',
    list({ ...ROW, builds: [{ of: 'debian', fixed: '1' }] }),
    /without "of", "line" and "fixed"/,
  ],
  ['no source', list({ ...ROW, sources: [] }), /"sources" is not a list/],
  ['a source that is no address', list({ ...ROW, sources: ['ask me'] }), /"sources" is not an address/],
  ['the same row twice', list(ROW, ROW), /^own-issue is listed twice$/],
])('%s is refused with what is wrong', (_name, text, message) => {
  expect(() => parseIssues(text)).toThrow(message);
});

test('a file takes the place of the built-in list; a bad one does not, and says why', async () => {
  const file = join(temporaryFolder('issues'), 'issues.json');
  writeFileSync(file, list(ROW));
  expect(await loadIssues(file)).toMatchObject({ from: file, issues: [{ id: 'own-issue' }] });
  writeFileSync(file, list({ ...ROW, what: 'bad' }));
  const { from, problem, issues } = await loadIssues(file);
  expect(from).toBe('built in');
  expect(issues.length).toBeGreaterThan(20);
  expect(problem).toContain(`cannot use ${file}, using the built-in list: own-issue: "what"`);
  expect((await loadIssues(`${file}.not-there`)).problem).toContain('ENOENT');
  expect((await loadIssues('')).problem).toBeUndefined();
});
