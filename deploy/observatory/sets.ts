import { UsageError } from '@nestwatch/common/errors';
import { MAX_LAYERS } from '../lab/cascade/tree.ts';
import { parseByLayer, type Wanted } from '../lab/versions/wanted.ts';
import { USUAL_QEMU } from './settings.ts';

/** The kernels and QEMUs of one cascade. */
export interface KernelSet {
  /** Also the name of its file. */
  readonly name: string;
  /** Of each layer, guest0 first; undefined for the usual one. */
  readonly kernels: readonly (Wanted | undefined)[];
  readonly qemus: readonly (Wanted | undefined)[];
  /** Features of the scheduler that all layers switch, such as NO_HRTICK. */
  readonly features: readonly string[];
}

/** Further words of a set, the same for all sets of a command. */
interface OfAllSets {
  /** The words of --qemu. */
  readonly qemu: readonly string[];
  readonly layers: number;
  /** The words of --scheduler. */
  readonly scheduler: readonly string[];
}

/** As the kernel's file takes them, and nothing that a shell would. */
const FEATURE = /^[A-Z][A-Z_]*$/;

/**
 * Reads what one --kernel names: "6.12", or "guest0=6.1,guest1=7.3" as of `npm run lab`.
 * @throws UsageError naming what is allowed
 */
export function parseSet(kernel: string, { qemu, layers, scheduler }: OfAllSets): KernelSet {
  const words = kernel
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) throw new UsageError('--kernel is empty: give one such as 6.12');
  const odd = scheduler.find((word) => !FEATURE.test(word));
  if (odd !== undefined)
    throw new UsageError(`--scheduler takes features such as HRTICK or NO_HRTICK, and not "${odd}"`);
  const kernels = parseByLayer(words, layers);
  return {
    name: [nameOf(kernels, qemu), ...scheduler].join(' ') + depthOf(layers),
    kernels,
    qemus: parseByLayer(qemu, layers),
    features: scheduler,
  };
}

/** "6.12" where all layers have the same, else "7.3,6.1,6.1,6.1", guest0 first. */
function nameOf(kernels: readonly (Wanted | undefined)[], qemu: readonly string[]): string {
  const each = kernels.map(wordOf);
  const name = new Set(each).size === 1 ? (each[0] ?? '') : each.join(',');
  return qemu.join() === USUAL_QEMU ? name : `${name} qemu ${qemu.join(',')}`;
}

const depthOf = (layers: number) => (layers === MAX_LAYERS ? '' : ` ${layers} layers`);

function wordOf(wanted: Wanted | undefined): string {
  return wanted === undefined
    ? 'usual'
    : [wanted.version, wanted.package, wanted.suite].filter((word) => word !== undefined).join('-');
}

/** A file name for it. */
export const fileOf = ({ name }: Pick<KernelSet, 'name'>): string =>
  `${name.replaceAll(/[^\w.,=-]+/g, '-')}.json`;
