import {
  compareKernelVersions,
  type KernelVersion,
  parseKernelVersion,
  seriesOf,
} from '../../host/kernel-identity/kernel-version.ts';
import { compareBuilds } from './compare-builds.ts';
import type { Issue } from './issue.ts';
import type { Machine } from './machine.ts';

/** open: this kernel has it. closed: it has not. unclear: the version does not tell. elsewhere: not about this machine. */
export type Standing = 'open' | 'closed' | 'unclear' | 'elsewhere';

export interface Found {
  readonly standing: Standing;
  /** In words: "6.1.170 is before 6.1.177, which has the fix". */
  readonly why: string;
}

/** Series that go on getting fixes for years: a fix that this list does not know may have come since. */
const LONG_TERM = ['4.4', '4.9', '4.14', '4.19', '5.4', '5.10', '5.15', '6.1', '6.6', '6.12', '6.18'];

/** Whether a machine has an issue, from what its kernel says of itself. */
export function judgeIssue(issue: Issue, machine: Machine): Found {
  const other = isElsewhere(issue, machine);
  if (other !== undefined) return { standing: 'elsewhere', why: other };
  if (issue.component !== 'linux') {
    return { standing: 'unclear', why: `the files of ${issue.component} do not show its version` };
  }
  return bySign(issue, machine) ?? byKernelItself(issue, machine) ?? byVersion(issue, machine);
}

function isElsewhere(
  { architecture, vendor, component, releases }: Issue,
  machine: Machine,
): string | undefined {
  if (architecture !== 'any' && architecture !== machine.architecture)
    return `it affects only ${architecture}`;
  if (vendor !== 'any' && machine.vendor !== undefined && vendor !== machine.vendor) {
    return `it affects only CPUs of ${vendor === 'intel' ? 'Intel' : 'AMD'}`;
  }
  if (component !== 'linux' && !machine.programs.some((path) => isProgram(path, component))) {
    return `${component} is not installed`;
  }
  if (releases !== undefined && !machine.kernel.release.includes(releases)) {
    return `it affects only kernels named ${releases}`;
  }
  return undefined;
}

const isProgram = (path: string, component: string) =>
  (path.split('/').at(-1) ?? '').startsWith(component === 'qemu' ? 'qemu-' : component);

function bySign({ sign }: Issue, { signs }: Machine): Found | undefined {
  if (sign === undefined) return undefined;
  return signs.includes(sign)
    ? { standing: 'open', why: 'it shows here' }
    : { standing: 'closed', why: 'it does not show here' };
}

/** What the kernel says of a vulnerability of the CPU goes before what its version lets suppose. */
function byKernelItself({ vulnerability }: Issue, { vulnerabilities }: Machine): Found | undefined {
  const entry = vulnerabilities.find((each) => each.startsWith(`${vulnerability}=`));
  if (vulnerability === undefined || entry === undefined) return undefined;
  const says = entry.slice(vulnerability.length + 1);
  return { standing: /^vulnerable/i.test(says) ? 'open' : 'closed', why: `the kernel says ${says}` };
}

function byVersion(issue: Issue, { kernel }: Machine): Found {
  const { upstream, basis, reason } = kernel;
  const version = upstream === undefined ? undefined : parseKernelVersion(upstream);
  const found = version === undefined ? undefined : inUpstream(issue, version, upstream ?? '');
  if (found?.standing === 'closed') return found;
  const built = byBuild(issue, kernel);
  if (built !== undefined) return built;
  if (found === undefined) return { standing: 'unclear', why: reason };
  if (found.standing === 'open' && basis !== 'stable') {
    return { standing: 'unclear', why: `${found.why}; ${reason}` };
  }
  return found;
}

/** What a release of kernel.org has. */
function inUpstream(issue: Issue, version: KernelVersion, name: string): Found {
  const isBefore = (other: string) => compareKernelVersions(version, parsed(other)) < 0;
  if (issue.only !== undefined) {
    const within = issue.only.find(([from, before]) => !isBefore(from) && isBefore(before));
    if (within === undefined) return { standing: 'closed', why: `not reported for ${name}` };
    return { standing: 'open', why: `it was seen only from ${within[0]} up to ${within[1]}` };
  }
  if (issue.since !== undefined && isBefore(issue.since)) {
    return { standing: 'closed', why: `it came with ${issue.since}, after ${name}` };
  }
  if (issue.mainline !== undefined && !isBefore(issue.mainline)) {
    return { standing: 'closed', why: `fixed in ${issue.mainline}, before ${name}` };
  }
  return inSeries(issue, seriesOf(version), name, isBefore);
}

function inSeries(
  { fixed, doubtful, mainline, date }: Issue,
  series: string,
  name: string,
  isBefore: (other: string) => boolean,
): Found {
  const [at, doubt] = [fixed?.[series], doubtful?.[series]];
  if (at !== undefined && !isBefore(at)) {
    return { standing: 'closed', why: at === name ? `fixed in ${at}` : `fixed in ${at}, before ${name}` };
  }
  if (doubt !== undefined && !isBefore(doubt)) {
    return { standing: 'unclear', why: `sources disagree whether ${doubt} and later have the whole fix` };
  }
  if (at !== undefined) return { standing: 'open', why: `${name} is before ${at}, which has the fix` };
  if (doubt !== undefined)
    return { standing: 'open', why: `${name} is before ${doubt}, the first that may have the fix` };
  if (LONG_TERM.includes(series)) {
    return { standing: 'unclear', why: `no ${series} with the fix was known on ${date}` };
  }
  return mainline === undefined
    ? { standing: 'unclear', why: 'no version with the fix is known' }
    : { standing: 'open', why: `${series} never got the fix, which came with ${mainline}` };
}

/** What the distribution's own versions tell, where the list has them. */
function byBuild(
  issue: Issue,
  { distribution, build, release, upstream }: Machine['kernel'],
): Found | undefined {
  if (build === undefined) return undefined;
  const version = upstream === undefined ? undefined : parseKernelVersion(upstream);
  const series = version === undefined ? undefined : seriesOf(version);
  const own = issue.builds?.find(
    ({ of, line }) => of === distribution && (line === series || release.includes(`.${line}`)),
  );
  if (own === undefined) return undefined;
  return compareBuilds(build, own.fixed) >= 0
    ? { standing: 'closed', why: `${own.fixed} and later have the fix` }
    : { standing: 'open', why: `${build} is before ${own.fixed}, which has the fix` };
}

/** A version of the list, which was checked when it was read. */
function parsed(text: string): KernelVersion {
  return parseKernelVersion(text) ?? [0, 0, 0, 0];
}
