import type { Hypervisor } from '../../read/hypervisors.ts';
import type { Standing } from '../detect/standing.ts';
import type { ObservedBand } from './observed-band.ts';
import { OBSERVED_BANDS } from './observed-bands.ts';

/** Between what exit amplification usually is, and how that is known. */
export interface Band {
  readonly low: number;
  readonly high: number;
  readonly from: 'observatory' | 'own history';
  /** Exits of its guests in a second from which on it holds: below, what the machine itself does counts for too much. */
  readonly leastExitsPerSecond: number;
}

/** No band, and why. */
export interface NoBand {
  readonly from: undefined;
  readonly reason: string;
}

export interface BandOf {
  /** Of the machine whose guests exit; 1 runs on the hypervisor on hardware. */
  readonly layer: number | undefined;
  readonly parent: Hypervisor | undefined;
  readonly own: Hypervisor | undefined;
  /** How its amplification stands against its own past; absent where there is none. */
  readonly history: Pick<Standing, 'usual' | 'spread'> | undefined;
}

/** Where nothing else is known. */
export const LEAST_EXITS_PER_SECOND = 1000;
/** Nineteen of twenty values lie within two spreads. */
const SPREADS = 2;
/** What the lab's emulated CPU has (QEMU's TCG), of the features that facts name. */
const EMULATED = ['npt', 'vgif'];
/** KVM gives these to each of its guests by itself, and no exit depends on them. */
const GIVEN_BY_KVM = ['vmcb_clean', 'flushbyasid'];

/**
 * The band of exit amplification of one machine. What the observatory counted holds only for AMD's CPUs with exactly the
 * features that the lab emulates, above and in the machine; everywhere else its own history does.
 */
export function amplificationBand(
  { layer, parent, own, history }: BandOf,
  observed: readonly ObservedBand[] = OBSERVED_BANDS,
): Band | NoBand {
  const counted = observed.find(
    (each) => each.layer === layer && each.parent === parent?.kernel && each.kernel === own?.kernel,
  );
  const whyNot = unlike(parent, layer === 1) ?? unlike(own, false) ?? (counted ? undefined : 'not counted');
  if (counted !== undefined && whyNot === undefined) {
    const { low, high, leastExitsPerSecond } = counted;
    return { low, high, from: 'observatory', leastExitsPerSecond };
  }
  if (history?.usual === undefined || history.spread === undefined) {
    return { from: undefined, reason: `${REASONS[whyNot ?? 'not counted']}, and its own history is short` };
  }
  const { usual, spread } = history;
  const by = spread ** SPREADS;
  return {
    ...{ low: usual / by, high: usual * by },
    from: 'own history',
    leastExitsPerSecond: LEAST_EXITS_PER_SECOND,
  };
}

/** As people read it. */
const REASONS = {
  'not told': 'CPU or kernel not reported',
  'not amd': 'not an AMD CPU',
  'other features': 'SVM features other than those of the lab',
  'not counted': 'kernels not counted by the observatory in this layer',
} as const;

/** Why the lab's counts are not those of a machine. @param onHardware whether no KVM is below that gives features */
function unlike(machine: Hypervisor | undefined, onHardware: boolean): keyof typeof REASONS | undefined {
  if (machine?.vendor === undefined) return 'not told';
  if (machine.vendor !== 'AuthenticAMD') return 'not amd';
  if (machine.features === undefined || machine.kernel === undefined) return 'not told';
  const ignored = onHardware ? [] : GIVEN_BY_KVM;
  const features = [...machine.features].filter((each) => !ignored.includes(each));
  return features.sort().join() === EMULATED.join() ? undefined : 'other features';
}
