import { isNewer } from '@nestwatch/common/compare-versions';
import { UsageError } from '@nestwatch/common/errors';
import {
  type Offer,
  parseOffer,
  type SignedOffer,
  signedIn,
  verifiedOffer,
} from '@nestwatch/common/invite/offer';
import { readPackages } from '../invite/packages-list.ts';
import type { InviteConfig } from '../invite/settings.ts';
import type { Upgrades } from '../invite/upgrades.ts';
import type { Body, Verb } from './serve.ts';
import { labIn, lineIn } from './texts.ts';

const LONGEST_NAME = 64;

/** What a lab is offered now. */
export interface OfferedUpgrade {
  readonly version: string;
  /** ms since 1970. */
  readonly madeMs: number;
  readonly by: string;
}

/**
 * Offers the nodes of `lab` a version: `text`, `signature`, `by`. The collector cannot sign: it takes what is signed with the
 * key of the packages, of the packages that it gives out.
 */
export function offerUpgrade(upgrades: Upgrades, config: InviteConfig): Verb {
  return async (body, { name }): Promise<OfferedUpgrade> => {
    const lab = labIn(body);
    const signed = signedIn(body);
    const offer = await offerIn(signed, lab, config);
    const now = parseOffer((await upgrades.read(lab))?.text ?? '');
    if (now !== undefined && isNewer(now.version, offer.version))
      throw new UsageError(`lab ${lab} is offered ${now.version} already, and nodes do not go back`);
    const by = name ?? lineIn(body['by'], LONGEST_NAME);
    await upgrades.put(lab, { ...(signed as SignedOffer), by });
    return { version: offer.version, madeMs: offer.madeMs, by };
  };
}

async function offerIn(signed: Partial<SignedOffer>, lab: string, config: InviteConfig): Promise<Offer> {
  const key = config['invite.signer'];
  if (key === '')
    throw new UsageError(
      'the collector knows no key of packages (invite.signer): "nestwatch setup" makes one',
    );
  const offer = await verifiedOffer(key, signed);
  if (offer === undefined || offer.lab !== lab)
    throw new UsageError(
      'this is not signed with the key of packages that the collector knows (invite.signer)',
    );
  const { version, files } = await readPackages(config['invite.packages']);
  const isServed = (sha256: string) => files.some((each) => each.sha256 === sha256);
  if (version !== offer.version || !offer.files.every(({ sha256 }) => isServed(sha256)))
    throw new UsageError(
      `the collector gives out version ${version}, and other packages than were signed (invite.packages)`,
    );
  return offer;
}

/** What `lab` is offered; empty where that is nothing. */
export function readUpgrade(upgrades: Upgrades): Verb {
  return async (body): Promise<Partial<OfferedUpgrade>> => {
    const kept = await upgrades.read(labIn(body));
    const offer = parseOffer(kept?.text ?? '');
    return offer === undefined ? {} : { version: offer.version, madeMs: offer.madeMs, by: kept?.by ?? '' };
  };
}

/** Offers `lab` nothing any more. Nodes that moved stay where they are. */
export function endUpgrade(upgrades: Upgrades): Verb {
  return async (body: Body) => upgrades.end(labIn(body));
}
