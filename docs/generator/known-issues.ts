import type { Issue, IssueList } from '@nestwatch/agent/capability/known-issues/issue';
import { titleOf } from '@nestwatch/agent/capability/known-issues/judge-issues';
import issueSource from '../../packages/agent/src/capability/known-issues/issue.ts?raw';
import { code, markdownTable } from './markdown.ts';

/** docs/reference/known-issues.md: the built-in list, row by row. */
export function knownIssuesDocument({ date, issues }: Pick<IssueList, 'date' | 'issues'>): string {
  const table = markdownTable(
    ['issue', 'what', 'who', 'where', 'fixed in'],
    issues.map((issue) => [
      `[${titleOf(issue)}](#${anchorOf(issue)})`,
      issue.what,
      issue.role,
      concerns(issue),
      fixedIn(issue),
    ]),
  );
  return TEXT.replace('TABLE\n', `${table}\n`)
    .replace('MEMBERS\n', memberTable())
    .replace('DATE', date)
    .replace('ROWS\n', issues.map(rowText).join('\n'));
}

/** The members of an issue, as the comments of the type have them. */
function memberTable(): string {
  const [, body = ''] = /export interface Issue \{\n([\s\S]*?)\n\}/.exec(issueSource) ?? [];
  const members = [...body.matchAll(/\/\*\* (.*) \*\/\n {2}readonly (\w+)(\?)?:/g)];
  return markdownTable(
    ['member', 'meaning'],
    members.map(([, meaning = '', name = '', optional]) => [
      `${code(name)}${optional === undefined ? '' : ', optional'}`,
      meaning,
    ]),
  );
}

const anchorOf = (issue: Issue) =>
  titleOf(issue)
    .toLowerCase()
    .replace(/ /g, '-')
    .replace(/[^a-z0-9-]/g, '');

function concerns({ architecture, vendor, component }: Issue): string {
  const cpu = vendor === 'any' ? architecture : `${architecture}, ${vendor}`;
  return component === 'linux' ? cpu : `${component}; ${cpu}`;
}

function fixedIn({ fixed, mainline, only, sign, vulnerability }: Issue): string {
  const versions = [...Object.values(fixed ?? {}), ...(mainline === undefined ? [] : [mainline])];
  if (versions.length > 0) return versions.join(', ');
  if (only !== undefined) return only.map(([from, before]) => `only ${from} to before ${before}`).join(', ');
  return sign ?? vulnerability ?? 'see what to do';
}

function rowText(issue: Issue): string {
  const { summary, advice, since, doubtful, builds, sources, date, certainty } = issue;
  const facts = [
    since && `Since ${since}.`,
    doubtful &&
      `Sources disagree whether it is fixed in ${Object.values(doubtful).join(' and ')} and later of ${Object.values(doubtful).length === 1 ? 'that series' : 'those series'}.`,
    builds &&
      `Builds that have the fix: ${builds.map(({ of, fixed }) => `${of} ${code(fixed)}`).join(', ')}.`,
    issue.shadowPaging && 'Reached by shadow paging as well (EPT or NPT off, or KVM without hardware).',
    issue.vulnerability &&
      `The kernel's own word in ${code(`vulnerabilities/${issue.vulnerability}`)} goes before its version.`,
    certainty && 'Reported, and not confirmed.',
  ].filter((each) => each);
  const links = sources.map((source) => `<${source}>`).join(', ');
  return `### ${titleOf(issue)}\n\n${summary}\n${facts.length > 0 ? `\n${facts.join(' ')}\n` : ''}\n*What to do:* ${advice}\n\nSources, as of ${date}: ${links}\n`;
}

const TEXT = `<!-- Made by "npm run docs" from packages/agent/src/capability/known-issues/issues.json. -->
# Known issues

What is known to be wrong with kernels and programs of labs that nest, as of DATE. \`nestwatch-agent check\` and every capability
message judge the running kernel by this list. [Check a machine](../use/check.md#known-issues) says how, and how to use a list of your
own.

TABLE
ROWS

## Members of an issue

A list of your own has \`date\` and \`issues\`:

MEMBERS
`;
