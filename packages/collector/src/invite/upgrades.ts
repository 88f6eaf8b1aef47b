import type { KV } from '@nats-io/kv';
import { parseOffer, type SignedOffer, signedIn } from '@nestwatch/common/invite/offer';
import type { Log } from '@nestwatch/common/log';
import { readEntry } from '@nestwatch/common/nats/lease-entry';
import { retryUntil } from '@nestwatch/common/retry';
import { follow } from '../alerting/alerts/follow.ts';

const upgradeKey = (lab: string) => `upgrade.${lab}`;

/** What a lab is offered. */
export interface KeptOffer extends SignedOffer {
  /** Who offered it. */
  readonly by: string;
}

/**
 * The versions that labs are offered, which all collectors share. A node hears the version and the time in each answer about
 * the time; what is signed it fetches.
 */
export function createUpgrades(bucket: () => Promise<KV>, log: Log) {
  let kept: ReadonlyMap<string, KeptOffer> = new Map();
  return {
    /** What the nodes of a lab receive. */
    of(lab: string): { upgradeVersion?: string; upgradeMadeUs?: number } {
      const offer = parseOffer(kept.get(upgradeKey(lab))?.text ?? '');
      return offer === undefined ? {} : { upgradeVersion: offer.version, upgradeMadeUs: offer.madeMs * 1000 };
    },
    async read(lab: string): Promise<KeptOffer | undefined> {
      const entry = await readEntry(await bucket(), upgradeKey(lab));
      return entry === undefined ? undefined : parseKept(entry.value);
    },
    async put(lab: string, offer: KeptOffer): Promise<void> {
      await (await bucket()).put(upgradeKey(lab), JSON.stringify(offer));
    },
    async end(lab: string): Promise<void> {
      await (await bucket()).delete(upgradeKey(lab));
    },
    /** Keeps up to date until the signal is aborted. */
    async run(signal: AbortSignal): Promise<void> {
      await retryUntil(
        async () => {
          kept = await follow(await bucket(), 'upgrade', parseKept, signal, log);
          return true;
        },
        { signal, log, failing: 'offers of upgrades cannot be followed yet' },
      );
    },
  };
}

export type Upgrades = ReturnType<typeof createUpgrades>;

function parseKept(text: string): KeptOffer | undefined {
  try {
    const json = JSON.parse(text) as KeptOffer;
    const { text: signed, signature } = signedIn(json);
    if (signed === undefined || signature === undefined) return undefined;
    return { text: signed, signature, by: String(json.by ?? '') };
  } catch {
    return undefined;
  }
}
