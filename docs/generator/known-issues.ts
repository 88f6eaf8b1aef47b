import type { Issue, IssueList } from '@nestwatch/agent/capability/known-issues/issue';
import { titleOf } from '@nestwatch/agent/capability/known-issues/judge-issues';
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
    .replace('DATE', date)
    .replace('ROWS\n', issues.map(rowText).join('\n'));
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

What is known to be wrong with kernels and programs of labs that nest, as of DATE. \`nestwatch-agent check\` and every
capability message judge the running kernel by it.

| verdict | meaning |
| --- | --- |
| open | this kernel has it, and something here reaches it. An escape fails, everything else warns |
| closed off | this kernel has it, and nothing reaches it: nesting is off, or no guests run here |
| unclear | the version does not tell. The advice names the command or page that does |

The version that counts is that of kernel.org. \`uname -r\` often hides it, so it is read from \`/proc/version\` (Debian) and
\`/proc/version_signature\` (Ubuntu). A kernel of Debian, Fedora, Amazon, Arch, Alpine, openSUSE Tumbleweed or kernel.org is
taken for the stable release that it names. Ubuntu, Proxmox, Raspberry Pi and WSL 2 add fixes to one: what its version has is
fixed, and what it lacks is unclear. RHEL and its kin, SUSE's enterprise kernels and Oracle's UEK keep one version for years, so that
only their own builds tell, where the list has them. A version that Linux never had tells nothing.

A machine that switches nesting off by its own configuration (modprobe.d or the kernel's command line) while its kernel has
what nesting would open *mitigates*: that is an event and information, and not \`capability-lost\`.

## A list of your own

\`known-issues.file\` names a JSON file that takes the place of the built-in list, without an upgrade. It is read again at every
assessment. A file that is no good is said in the log, in \`check\` and in the fact \`known_issues.problem\`, and the built-in list is
used. Packages have the built-in one to start from, \`/usr/share/nestwatch/known-issues.json\`.

\`\`\`json
{
  "date": "2026-11-28",
  "issues": [
    {
      "id": "CVE-2026-64561", "name": "Zapscape", "what": "escape", "role": "lets-nest",
      "architecture": "x86_64", "vendor": "any", "component": "linux",
      "summary": "A guest that may nest can take over the host.",
      "since": "5.9", "mainline": "7.2-rc5", "fixed": { "6.12": "6.12.101", "6.18": "6.18.42" },
      "builds": [{ "of": "debian", "line": "6.12", "fixed": "6.12.101-1" }],
      "shadowPaging": true,
      "advice": "Do not let guests nest whom you do not trust.",
      "sources": ["https://www.cve.org/CVERecord?id=CVE-2026-64561"], "date": "2026-08-15"
    }
  ]
}
\`\`\`

| member | meaning |
| --- | --- |
| \`what\` | \`escape\` (a guest reaches the host), \`isolation\` (guests or layers reach each other), \`crash\`, \`state\` (of a nested guest is wrong), \`wedge\`, \`slow\`, \`time\` (is wrong), \`snapshot\` (breaks guests) |
| \`role\` | \`lets-nest\` (a host whose guests may run guests), \`host\`, \`nested-host\` (a guest that runs guests), \`guest\` |
| \`since\`, \`mainline\`, \`fixed\` | first version that has it; first of the newest line without it; first fixed one of each stable series |
| \`doubtful\` | by series, from where on sources disagree |
| \`only\` | pairs: had it from the first version to before the second, and no other |
| \`builds\` | a distribution's own builds: \`of\` as the fact \`kernel.distribution\`, \`line\` a series or what stands in \`uname -r\` |
| \`shadowPaging\` | true where shadow paging reaches it without nesting |
| \`vulnerability\` | a file of \`/sys/devices/system/cpu/vulnerabilities\` that goes before the version |
| \`sign\` | \`tsc-unstable\`: open where the kernel gave the TSC up |
| \`releases\` | a word that \`uname -r\` must have |
| \`search\` | what to look for in changelogs, where the id is not in them |
| \`certainty\` | \`reported\` where nobody has confirmed it |

A long-term series for which a row names no fixed version is unclear, because the fix may have come since; a series that ended
without the fix is open.

## The list

TABLE
ROWS
`;
