import { DISTRIBUTIONS, leadingVersion } from './distributions.ts';
import type { KernelIdentity, KernelTexts } from './kernel-identity.ts';
import { parseKernelVersion } from './kernel-version.ts';

/** Majors beyond the newest that was known when this was written, after which a version is taken for made up. */
const LAST_MAJOR = 9;

/** Finds out whose kernel it is and what its version tells. Any texts give an answer. */
export function identifyKernel(texts: KernelTexts): KernelIdentity {
  const { release, version } = texts;
  const other = /^Linux version (\S+)/.exec(version)?.[1];
  if (release === '') return unclear(release, 'the kernel names no release');
  if (other !== undefined && other !== release) {
    return unclear(release, `the kernel calls itself ${release}, and ${other} in /proc/version`);
  }
  const leading = parseKernelVersion(leadingVersion(release) ?? '');
  if (leading === undefined || leading[0] > LAST_MAJOR || leading[0] < 2) {
    return unclear(release, `${release} is not a known version of Linux`);
  }
  const found = DISTRIBUTIONS.map((recognise) => recognise(texts)).find((each) => each !== undefined);
  if (found === undefined) return ofSomebody(release);
  const { upstream } = found;
  if (upstream === undefined || parseKernelVersion(upstream) !== undefined) return { release, ...found };
  return {
    release,
    ...found,
    upstream: undefined,
    reason: `${upstream} is not a known version of Linux`,
  };
}

function ofSomebody(release: string): KernelIdentity {
  return {
    release,
    distribution: 'somebody',
    upstream: leadingVersion(release),
    build: undefined,
    basis: 'based',
    reason: `unknown who built ${release}, and whether it has additional fixes`,
  };
}

function unclear(release: string, reason: string): KernelIdentity {
  return {
    release,
    distribution: 'somebody',
    upstream: undefined,
    build: undefined,
    basis: 'backported',
    reason,
  };
}
