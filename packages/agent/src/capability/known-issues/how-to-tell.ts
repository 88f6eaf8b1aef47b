import type { KernelIdentity } from '../../host/kernel-identity/kernel-identity.ts';
import {
  compareKernelVersions,
  parseKernelVersion,
  seriesOf,
} from '../../host/kernel-identity/kernel-version.ts';
import { compareBuilds } from './compare-builds.ts';
import type { Issue } from './issue.ts';

/** Where a distribution's changelog of the running kernel stands; %s is the word to look for. */
const COMMANDS: Readonly<Record<string, string>> = {
  debian: 'zgrep "%s" /usr/share/doc/linux-image-$(uname -r)/changelog*.gz',
  ubuntu: 'zgrep "%s" /usr/share/doc/linux-image-$(uname -r)/changelog*.gz',
  proxmox: 'apt-get changelog proxmox-kernel-$(uname -r) | grep "%s"',
  'raspberry-pi': 'apt-get changelog linux-image-$(uname -r) | grep "%s"',
  suse: 'rpm -q --changelog kernel-default | grep "%s"',
  opensuse: 'rpm -q --changelog kernel-default | grep "%s"',
  'oracle-uek': 'rpm -q --changelog kernel-uek-core kernel-uek | grep "%s"',
  fedora: 'rpm -q --changelog kernel-core-$(uname -r) | grep "%s"',
  alpine: 'apk info -a linux-lts, and the log of main/linux-lts for "%s"',
};
const RPM = 'rpm -q --changelog kernel | grep "%s"';
const RPM_BASED = [
  ...['almalinux', 'rocky', 'centos', 'rhel', 'ol', 'eurolinux', 'virtuozzo', 'cloudlinux'],
  ...['enterprise-linux', 'amazon'],
];

/** Pages of distributions about one CVE; %s is its number. */
const TRACKERS: Readonly<Record<string, string>> = {
  debian: 'https://security-tracker.debian.org/tracker/%s',
  'raspberry-pi': 'https://security-tracker.debian.org/tracker/%s',
  ubuntu: 'https://ubuntu.com/security/%s',
  suse: 'https://www.suse.com/security/cve/%s.html',
  opensuse: 'https://www.suse.com/security/cve/%s.html',
  amazon: 'https://explore.alas.aws.amazon.com/%s.html',
  'oracle-uek': 'https://linux.oracle.com/cve/%s.html',
};
const RED_HAT = 'https://access.redhat.com/security/cve/%s';

/** What tells whether a kernel has the fix, where its version does not: a command, and a page for a CVE. */
export function howToTell(issue: Issue, { distribution }: Pick<KernelIdentity, 'distribution'>): string {
  if (issue.component !== 'linux') return `${programOf(issue)} --version`;
  const isRpm = RPM_BASED.includes(distribution);
  const command = COMMANDS[distribution] ?? (isRpm ? RPM : undefined);
  const isCve = issue.id.startsWith('CVE-');
  const page = isCve ? (TRACKERS[distribution] ?? (isRpm ? RED_HAT : undefined)) : undefined;
  const known = [command, page].flatMap((each) =>
    each === undefined ? [] : [each.replace('%s', each === page ? issue.id : (issue.search ?? issue.id))],
  );
  if (known.length > 0) return known.join(', or ');
  return `ask the builder of this kernel ("uname -a") whether it has "${issue.search ?? issue.id}"`;
}

const PROGRAMS: Readonly<Record<string, string>> = { qemu: 'qemu-system-x86_64' };
const programOf = ({ component }: Issue) => PROGRAMS[component] ?? component;

/** The version of this kernel's line that has the fix, or the distribution's own build; undefined where nothing tells. */
export function whereFixed(issue: Issue, kernel: KernelIdentity): string | undefined {
  const version = parseKernelVersion(kernel.upstream ?? '');
  const series = version === undefined ? undefined : seriesOf(version);
  const own = issue.builds?.find(
    ({ of, line }) => of === kernel.distribution && (line === series || kernel.release.includes(`.${line}`)),
  );
  const fixed = series === undefined ? undefined : issue.fixed?.[series];
  return own?.fixed ?? fixed ?? issue.mainline;
}

/** The latest of several versions, which has the fixes of all. */
export function latestOf(versions: readonly string[]): string | undefined {
  return [...versions].sort(compareAny).at(-1);
}

function compareAny(a: string, b: string): number {
  const [left, right] = [parseKernelVersion(a), parseKernelVersion(b)];
  return left === undefined || right === undefined ? compareBuilds(a, b) : compareKernelVersions(left, right);
}
