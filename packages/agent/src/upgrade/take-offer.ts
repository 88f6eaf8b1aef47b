import { type Offer, type SignedOffer, signedIn, verifiedOffer } from '@nestwatch/common/invite/offer';
import { type Asker, askListener } from '../listener/ask.ts';

/**
 * Fetches the signed offer of which a collector told the version and the time over NATS, where nobody in between can change
 * them: so an older offer cannot stand in for it.
 * @param key public key of the packages
 * @throws RefusedError with what the collector says; Error when it does not answer, or with something else
 */
export async function takeOffer(
  base: string,
  key: string,
  asker: Asker,
  told: Pick<Offer, 'version' | 'madeMs'>,
): Promise<{ signed: SignedOffer; offer: Offer }> {
  const signed = signedIn(await askListener(base, 'upgrade', asker));
  const offer = await verifiedOffer(key, signed);
  if (offer === undefined) throw new Error('the offer is not signed with the key of packages (packages.key)');
  if (offer.lab !== asker.lab) throw new Error(`the offer is for lab ${offer.lab}`);
  if (offer.version !== told.version || offer.madeMs !== told.madeMs)
    throw new Error(
      `the offer differs from the one announced over NATS: version ${offer.version} instead of ${told.version}`,
    );
  return { signed: signed as SignedOffer, offer };
}
