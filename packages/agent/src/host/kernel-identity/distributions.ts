import { isWsl2Kernel } from '../wsl.ts';
import type { KernelIdentity, KernelTexts } from './kernel-identity.ts';

type Identified = Omit<KernelIdentity, 'release'>;

/** Recognises the kernels of one builder by what they say; undefined for those of others. */
type Recognise = (texts: KernelTexts) => Identified | undefined;

/** Of several that would take a kernel, the first: Proxmox' is made from Ubuntu's. */
export const DISTRIBUTIONS: readonly Recognise[] = [
  wsl2,
  proxmox,
  ubuntu,
  raspberryPi,
  debian,
  oracleUek,
  amazon,
  enterpriseLinux,
  fedora,
  suse,
  rolling,
  kernelOrg,
];

const OWN_FIXES = (who: string) => `${who} adds fixes to the release that its version names`;
const NO_WORD = (who: string, began: string) => `${who} keeps the version ${began} and adds fixes to it`;

/** The version at the start of a release: "6.8.12" of "6.8.12-4-pve", "7.2-rc6" of "7.2.0-rc6". */
export function leadingVersion(release: string): string | undefined {
  const [, version, patch = '', candidate] = /^(\d+\.\d+)(\.\d+)?(?:-(rc\d+))?/.exec(release) ?? [];
  if (version === undefined) return undefined;
  if (candidate !== undefined) return `${version}-${candidate}`;
  return `${version}${patch}`;
}

function wsl2({ release }: KernelTexts): Identified | undefined {
  if (!isWsl2Kernel(release)) return undefined;
  const build = /^\d+\.\d+\.\d+(?:\.\d+)?/.exec(release)?.[0];
  return based('wsl2', leadingVersion(release), build, OWN_FIXES('Microsoft'));
}

function proxmox({ release }: KernelTexts): Identified | undefined {
  const build = /^(.+)-pve$/.exec(release)?.[1];
  return build === undefined
    ? undefined
    : based('proxmox', leadingVersion(release), build, OWN_FIXES('Proxmox'));
}

function ubuntu({ release, version, signature }: KernelTexts): Identified | undefined {
  const [, build, upstream] = /^Ubuntu (\d\S*?)-[a-z]\S* (\d[\d.]*)/.exec(signature) ?? [];
  if (build !== undefined) return based('ubuntu', upstream, build, OWN_FIXES('Ubuntu'));
  if (!/-Ubuntu\b|\bUbuntu \d|#\d+~\d\d\.\d\d\.\d+-Ubuntu/.test(version)) return undefined;
  const reason = `Ubuntu's ${release} does not name the release it is based on, and there is no /proc/version_signature`;
  return based('ubuntu', undefined, undefined, reason);
}

/** What follows the compiler, which names its own distribution: "gcc-12 (Debian 12.2.0-14) 12.2.0". */
const builtAs = (version: string) => version.slice(Math.max(0, version.lastIndexOf(' #')));

function raspberryPi({ release, version }: KernelTexts): Identified | undefined {
  if (!/\+rpt\b|-rpi-|-v[78]l?\+$/.test(release)) return undefined;
  const build = /\bDebian (?:\d+:)?(\d\S*)/.exec(builtAs(version))?.[1];
  return based('raspberry-pi', leadingVersion(release), build, OWN_FIXES('Raspberry Pi'));
}

/** "#1 SMP PREEMPT_DYNAMIC Debian 6.1.170-3 (2026-05-01)": `uname -r` names the ABI, 6.1.0-37. */
function debian({ version }: KernelTexts): Identified | undefined {
  const build = /\bDebian (?:\d+:)?(\d\S*-\S+)/.exec(builtAs(version))?.[1];
  if (build === undefined) return undefined;
  return stable('debian', build.slice(0, build.lastIndexOf('-')).replace('~rc', '-rc'), build);
}

function oracleUek({ release }: KernelTexts): Identified | undefined {
  if (!/uek/.test(release)) return undefined;
  return backported('oracle-uek', withoutMachine(release), NO_WORD("Oracle's UEK", first(release)));
}

function amazon({ release }: KernelTexts): Identified | undefined {
  return /\.amzn\d+/.test(release)
    ? stable('amazon', leadingVersion(release), withoutMachine(release))
    : undefined;
}

const EL_NAMES = ['almalinux', 'rocky', 'centos', 'rhel', 'ol', 'eurolinux', 'virtuozzo', 'cloudlinux'];

function enterpriseLinux({ release, system }: KernelTexts): Identified | undefined {
  if (!/\.el\d+/.test(release)) return undefined;
  const name = EL_NAMES.includes(system) ? system : 'enterprise-linux';
  const reason = NO_WORD(name === 'enterprise-linux' ? 'Enterprise Linux' : name, first(release));
  return backported(name, withoutMachine(release), reason);
}

/** "7.2.0-0.rc6.260805gc21bb4193868.50.fc45" is a candidate. */
function fedora({ release }: KernelTexts): Identified | undefined {
  if (!/\.fc\d+/.test(release)) return undefined;
  const [, version, candidate] = /^(\d+\.\d+)\.\d+-0\.(rc\d+)\./.exec(release) ?? [];
  const upstream = version === undefined ? leadingVersion(release) : `${version}-${candidate}`;
  return stable('fedora', upstream, withoutMachine(release));
}

/** SUSE's enterprise builds have the service pack in six digits: "6.4.0-150600.23.25-default". */
function suse({ release, system }: KernelTexts): Identified | undefined {
  const flavour = /-(default|preempt|rt|azure|kvmsmall|vanilla|64kb|longterm)$/.exec(release)?.[0];
  if (/-1[56]0\d{3}\./.test(release)) {
    return backported(
      'suse',
      release.slice(0, release.length - (flavour?.length ?? 0)),
      NO_WORD('SUSE', first(release)),
    );
  }
  if (!/^(opensuse|sle|suse)/.test(system) || flavour === undefined) return undefined;
  const build = release.slice(0, -flavour.length);
  return system === 'opensuse-tumbleweed' || system === 'opensuse-slowroll'
    ? stable('opensuse', leadingVersion(release), build)
    : backported('suse', build, NO_WORD('SUSE', first(release)));
}

/** Builders who take stable releases as they come, by how they name them. */
const ROLLING: readonly (readonly [RegExp, string])[] = [
  [/-(arch|zen|hardened|cachyos|manjaro)\d|-MANJARO$/i, 'arch'],
  [/-gentoo/, 'gentoo'],
  [/-talos$/, 'talos'],
  [/-flatcar$/, 'flatcar'],
];

function rolling({ release, system }: KernelTexts): Identified | undefined {
  const upstream = leadingVersion(release);
  const name = ROLLING.find(([pattern]) => pattern.test(release))?.[1];
  if (name !== undefined) return stable(name, upstream, release);
  // Alpine's 6.6.58-0-lts and Arch's 6.6.59-1-lts differ in the number alone.
  const [, number] = /^\d+\.\d+\.\d+-(\d+)-(?:lts|virt|rpi|edge|stable)$/.exec(release) ?? [];
  if (number === undefined) return undefined;
  const either = system === 'alpine' || (system !== 'arch' && number === '0') ? 'alpine' : 'arch';
  return stable(either, upstream, release);
}

/** A release as it comes from kernel.org, with any compiler. A plus sign means changes to it. */
function kernelOrg({ release, system }: KernelTexts): Identified | undefined {
  if (!/^\d+\.\d+(\.\d+)?(-rc\d+)?$/.test(release)) return undefined;
  return stable(system === 'nixos' ? 'nixos' : 'kernel.org', leadingVersion(release), undefined);
}

const first = (release: string) => leadingVersion(release) ?? release;
const withoutMachine = (release: string) => release.replace(/\.(x86_64|aarch64|ppc64le|s390x|i[36]86)$/, '');

function stable(distribution: string, upstream: string | undefined, build: string | undefined): Identified {
  return { distribution, upstream, build, basis: 'stable', reason: '' };
}

function based(
  distribution: string,
  upstream: string | undefined,
  build: string | undefined,
  reason: string,
): Identified {
  return { distribution, upstream, build, basis: 'based', reason };
}

function backported(distribution: string, build: string, reason: string): Identified {
  return { distribution, upstream: undefined, build, basis: 'backported', reason };
}
