import { isNewer } from '@nestwatch/common/compare-versions';
import { type Offer, verifiedOffer } from '@nestwatch/common/invite/offer';

/** What root has said on this machine, and what it has seen. */
export interface Judging {
  readonly upgrade: string;
  readonly lab: string;
  /** Public key of the packages. */
  readonly key: string;
  /** Of the installed agent. */
  readonly version: string;
  /** The newest offer that was ever tried here, ms since 1970. */
  readonly lastMs: number;
}

/**
 * Judges what the agent left, which may be anything.
 * @param text JSON of a signed offer
 * @throws Error that says why it is refused
 */
export async function judgeOffer(text: string | undefined, judging: Judging): Promise<Offer> {
  const { upgrade, lab, key, version, lastMs } = judging;
  if (upgrade !== 'allowed') throw new Error('the file of settings does not allow it (upgrade: allowed)');
  const offer = await verifiedOffer(key, parse(text));
  if (offer === undefined)
    throw new Error('what the agent left is not signed with the key of packages (packages.key)');
  if (offer.lab !== lab) throw new Error(`the offer is for lab ${offer.lab}`);
  if (!isNewer(offer.version, version))
    throw new Error(`version ${offer.version} is not newer than ${version}, which is installed`);
  if (offer.madeMs <= lastMs) throw new Error('this offer, or a newer one, was tried already');
  return offer;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
