import { parseKernelVersion } from '../../host/kernel-identity/kernel-version.ts';
import { type Issue, type IssueList, ROLES, SIGNS, WHATS } from './issue.ts';

type Row = Readonly<Record<string, unknown>>;

/** What is wrong with a member of a row; undefined when nothing is. */
type Check = (value: unknown) => string | undefined;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SERIES = /^\d+\.\d+$/;

/**
 * Reads a list of issues from the text of a JSON file.
 * @throws Error naming the row, the member and what was expected
 */
export function parseIssues(text: string): Omit<IssueList, 'from'> {
  const json = parseJson(text);
  if (!isRow(json)) throw new Error('it is not an object');
  const { date, issues } = json;
  if (typeof date !== 'string' || !DATE.test(date))
    throw new Error('"date" is not a date such as 2026-11-28');
  if (!Array.isArray(issues)) throw new Error('"issues" is not a list');
  issues.forEach(checkRow);
  const ids = issues.map(({ id }) => id as string);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new Error(`${twice} is listed twice`);
  return { date, issues: issues as Issue[] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function checkRow(row: unknown, at: number): void {
  if (!isRow(row)) throw new Error(`row ${at + 1} is not an object`);
  const name = typeof row['id'] === 'string' ? row['id'] : `row ${at + 1}`;
  for (const member of Object.keys(row)) {
    if (CHECKS[member] === undefined) throw new Error(`${name}: unknown member "${member}"`);
  }
  for (const [member, check] of Object.entries(CHECKS)) {
    const isMissing = row[member] === undefined;
    if (isMissing && OPTIONAL.has(member)) continue;
    const wrong = isMissing ? 'is missing' : check(row[member]);
    if (wrong !== undefined) throw new Error(`${name}: "${member}" ${wrong}`);
  }
}

const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 600 ? undefined : 'is not a text';
const matching =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `is not ${expected}`;
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `is not one of ${words.join(', ')}`;
const version: Check = (value) =>
  typeof value === 'string' && parseKernelVersion(value) !== undefined
    ? undefined
    : 'is not a version such as 6.1.177 or 7.2-rc5';

const bySeries: Check = (value) => {
  if (!isRow(value)) return 'is not a table of versions by series';
  for (const [series, fixed] of Object.entries(value)) {
    const [major, minor] = parseKernelVersion(String(fixed)) ?? [];
    if (!SERIES.test(series) || version(fixed) !== undefined || series !== `${major}.${minor}`) {
      return `has ${series}: ${String(fixed)}, which is not a version of that series`;
    }
  }
  return undefined;
};

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0
      ? value.map(check).find((wrong) => wrong !== undefined)
      : 'is not a list';

const range: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((each) => version(each) === undefined)
    ? undefined
    : 'has an entry that is not two versions';

const build: Check = (value) =>
  isRow(value) && ['of', 'line', 'fixed'].every((member) => text(value[member]) === undefined)
    ? undefined
    : 'has an entry without "of", "line" and "fixed"';

/** Every member of a row, and how it is checked. */
const CHECKS: Readonly<Record<string, Check>> = {
  id: matching(/^[\w.-]{1,40}$/, 'a name of letters, digits, dots and dashes'),
  name: text,
  what: oneOf(WHATS),
  role: oneOf(ROLES),
  architecture: matching(/^[a-z0-9_]+$/, 'an architecture such as x86_64, aarch64 or any'),
  vendor: oneOf(['intel', 'amd', 'any']),
  component: matching(/^[a-z0-9-]+$/, 'a name of a program'),
  summary: text,
  since: version,
  mainline: version,
  fixed: bySeries,
  doubtful: bySeries,
  only: listOf(range),
  builds: listOf(build),
  shadowPaging: (value) => (typeof value === 'boolean' ? undefined : 'is neither true nor false'),
  vulnerability: matching(/^[a-z0-9_]+$/, 'a file name'),
  sign: oneOf(SIGNS),
  releases: text,
  search: text,
  advice: text,
  sources: listOf(matching(/^https?:\/\/\S+$/, 'an address')),
  date: matching(DATE, 'a date such as 2026-11-28'),
  certainty: oneOf(['reported']),
};

const OPTIONAL: ReadonlySet<string> = new Set([
  ...['name', 'since', 'mainline', 'fixed', 'doubtful', 'only', 'builds'],
  ...['shadowPaging', 'vulnerability', 'sign', 'releases', 'search', 'certainty'],
]);

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
