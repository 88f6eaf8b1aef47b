import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import { isAboutExits } from './about-exits.ts';
import { parseAlert } from './alerts/alert-store.ts';
import { follow } from './alerts/follow.ts';

/** What somebody asked for so long ago is not done any more. */
const ASKED_FOR_US = 3_600_000_000;

/** Key of an operator's wish to know why the guests of a node exit, beside the alerts. */
export const exitsKey = (lab: string, node: string): string => `exits.${lab}.${node}`;

interface Wish {
  readonly lab: string;
  /** Nodes that can tell: whose guests exit. */
  readonly nodes: readonly string[];
  readonly atUs: number;
}

/**
 * Knows of which nodes it is wanted why their guests exit: where an alert about exits fires, of the node and of its parent,
 * which sees its exits; and where an operator asked. Every collector knows, because any answers a node.
 */
export function createExitsWanted(bucket: () => Promise<KV>, clock: Pick<Clock, 'wallUs'>, log: Log) {
  let alerts: ReadonlyMap<string, Wish> = new Map();
  let asked: ReadonlyMap<string, Wish> = new Map();

  function newest(wishes: ReadonlyMap<string, Wish>, lab: string, node: string): number | undefined {
    const times = [...wishes.values()]
      .filter((wish) => wish.lab === lab && wish.nodes.includes(node))
      .map(({ atUs }) => atUs);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  return {
    /** What a node receives. */
    of(lab: string, node: string): { exitsWantedUs?: number; exitsWantedByAlert?: boolean } {
      const alertUs = newest(alerts, lab, node) ?? 0;
      const askedUs = newest(asked, lab, node) ?? 0;
      const lately = clock.wallUs() - askedUs < ASKED_FOR_US ? askedUs : 0;
      const wantedUs = Math.max(alertUs, lately);
      return wantedUs === 0 ? {} : { exitsWantedUs: wantedUs, exitsWantedByAlert: alertUs >= lately };
    },
    /** Keeps up to date until the signal is aborted. */
    async run(signal: AbortSignal): Promise<void> {
      await retryUntil(
        async () => {
          const kept = await bucket();
          alerts = await follow(kept, 'alert', wishOfAlert, signal, log);
          asked = await follow(kept, 'exits', wishOfOperator, signal, log);
          return true;
        },
        { signal, log, failing: 'cannot follow alerts yet' },
      );
    },
  };
}

function wishOfAlert(text: string): Wish | undefined {
  const alert = parseAlert(text);
  if (alert === undefined || alert.state !== 'firing' || !isAboutExits(alert)) return undefined;
  const { lab, node, parent, firedUs = alert.sinceUs } = alert;
  return { lab, nodes: parent === undefined ? [node] : [node, parent], atUs: firedUs };
}

function wishOfOperator(text: string): Wish | undefined {
  try {
    const { lab, node, atUs } = JSON.parse(text) as Record<string, unknown>;
    const whole = typeof lab === 'string' && typeof node === 'string' && typeof atUs === 'number';
    return whole ? { lab, nodes: [node], atUs } : undefined;
  } catch {
    return undefined;
  }
}
