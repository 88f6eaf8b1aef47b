import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { type Answered, RefusedError } from '../../listener/ask.ts';
import { askCollector } from './ask.ts';
import type { JoinContext } from './command.ts';
import { askerOf } from './enrol.ts';

const PAUSE_MS = 2000;
/** How long the place of a node is waited for, once it was heard of: of some it never becomes known. */
const PLACE_MS = 5000;

/** The collector's time now, µs: reports that were written later are those of the agent that is about to start. */
export async function collectorsNow(context: JoinContext): Promise<number> {
  const { nowUs } = await askCollector(context, 'state', await askerOf(context));
  return typeof nowUs === 'number' ? nowUs : 0;
}

/** Waits until a report of this machine is written, and says what is known of it then. */
export async function waitForReport(context: JoinContext): Promise<number> {
  const { options, stderr, signal } = context;
  const forMs = parseDuration(options['for']);
  if (forMs === undefined) throw new UsageError('give --for, such as 180s');
  const look = await looksAt(context, Number(options['since'] ?? 0));
  const endsMs = performance.now() + forMs;
  let last: Look = { says: 'none of its reports is stored yet' };
  while (last.ends !== true && performance.now() < endsMs && !signal.aborted) {
    last = await look();
    if (last.ends !== true) await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  if (last.found === true) {
    stderr.write(`nestwatch: ${last.says}\n`);
    return EXIT.ok;
  }
  stderr.write(
    `nestwatch: the agent is installed and keeps trying, but no report is confirmed yet: ${last.says}\n`,
  );
  return EXIT.failed;
}

/** What one look shows. */
interface Look {
  /** For people. */
  readonly says: string;
  readonly found?: boolean;
  /** True: another look would show the same. */
  readonly ends?: boolean;
}

async function looksAt(context: JoinContext, sinceUs: number): Promise<() => Promise<Look>> {
  const asker = await askerOf(context);
  let heardMs: number | undefined;
  return async () => {
    try {
      const state = await askCollector(context, 'state', asker);
      if (!isReport(state, sinceUs))
        return { says: state['state'] === 'waiting' ? NOT_TOLD : 'none of its reports is stored yet' };
      heardMs ??= performance.now();
      const isPlaced = typeof state['layer'] === 'number' || performance.now() - heardMs > PLACE_MS;
      return { says: described(asker.node, state), found: isPlaced, ends: isPlaced };
    } catch (error) {
      const isFinal = error instanceof RefusedError && !error.message.includes('try again');
      return { says: messageOf(error), ends: isFinal };
    }
  };
}

const NOT_TOLD =
  'an operator must still add this node to NATS: see "nestwatch invite --list" at the collector';

/** What it can host comes with the first report of its capabilities, its place with the first one after the collector sent it. */
function isReport({ lastSeenUs, canHost }: Answered, sinceUs: number): boolean {
  return typeof lastSeenUs === 'number' && lastSeenUs > sinceUs && typeof canHost === 'boolean';
}

function described(node: string, { name, layer, canHost }: Answered): string {
  const place = typeof layer === 'number' ? `layer ${layer}` : 'a layer that is not known yet';
  const hosts =
    canHost === true
      ? 'it can host guests under KVM'
      : 'it cannot host guests under KVM (nestwatch-agent check says why)';
  return `the first report is confirmed: ${String(name ?? node)} (${node}) is ${place}; ${hosts}`;
}
