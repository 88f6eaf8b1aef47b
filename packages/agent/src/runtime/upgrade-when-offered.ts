import { isNewer } from '@nestwatch/common/compare-versions';
import { messageOf } from '@nestwatch/common/errors';
import { jsonFile } from '@nestwatch/common/json-file';
import { VERSION } from '@nestwatch/common/version';
import { v1 } from '@nestwatch/proto';
import { RefusedError } from '../listener/ask.ts';
import { askHelper, helperFormat, lastAnswer } from '../upgrade/ask-helper.ts';
import { WrongPackageError } from '../upgrade/fetch-package.ts';
import { offerFile, packageFile, settledFile } from '../upgrade/files.ts';
import type { UpgradeAnswer } from '../upgrade/parse-answer.ts';
import type { Agent } from './bootstrap.ts';
import type { Messenger } from './messenger.ts';

const { Kind } = v1.Event;

type UpgraderAgent = Pick<Agent, 'stateDir' | 'signal' | 'log' | 'lab' | 'node'> & {
  readonly config: Pick<
    Agent['config'],
    'upgrade' | 'packages.url' | 'packages.key' | 'packages.helper' | 'nats.nkey'
  >;
};

/** What this node did about offers. */
interface Settled {
  /** Of the newest offer that needs no more work, ms since 1970. */
  readonly madeMs: number;
  /** Of the newest answer of the helper that was reported, ms since 1970. */
  readonly toldMs: number;
}

/** A download that breaks off is tried again at the next answer about the time, so often. */
const MOST_TRIES = 10;
export const RUN_LINE_AGAIN = 'run the line of an invitation on it again';

/** Told with each answer about the time which version the lab is offered, and when that was, µs since 1970. */
type Upgrader = (version: string, madeUs: number) => void;

/**
 * Makes what moves this agent to a version that its lab is offered, where its own file allows that: it fetches what is signed,
 * and has the root-owned helper install it. What becomes of an offer, or why it is not taken, is told once.
 * @param fetch gets offer and package into the agent's folder
 * @param version of this agent
 */
export function createUpgrader(
  agent: UpgraderAgent,
  messenger: Pick<Messenger, 'event'>,
  fetch: typeof fetchOffered = fetchOffered,
  version: string = VERSION,
): Upgrader {
  const { config, stateDir, signal, log } = agent;
  const folder = config['packages.helper'];
  const file = jsonFile(settledFile(stateDir), parseSettled);
  let settled = file.read() ?? { madeMs: 0, toldMs: lastAnswer(folder)?.atMs ?? 0 };
  let running = false;
  let tries = 0;

  async function settle(next: Partial<Settled>): Promise<void> {
    settled = { ...settled, ...next };
    await file.write(settled);
  }

  function tell(kind: (typeof Kind)[keyof typeof Kind], text: string): void {
    log.info(text);
    messenger.event({ kind, text });
  }

  async function tellAnswer(answer: UpgradeAnswer | undefined): Promise<void> {
    if (answer === undefined || answer.atMs === settled.toldMs) return;
    const { outcome, from, to, reason, madeMs, atMs } = answer;
    if (outcome === 'installed') tell(Kind.UPGRADED, `upgraded from ${from} to ${to}`);
    else if (outcome === 'back')
      tell(Kind.UPGRADE_FAILED, `${to} was installed and did not work, ${from} is back: ${reason}`);
    else
      tell(
        Kind.UPGRADE_FAILED,
        `the upgrade to ${to || 'another version'} was refused by its helper: ${reason}`,
      );
    await settle({ toldMs: atMs, madeMs: Math.max(settled.madeMs, madeMs) });
  }

  /** @returns whether it lies ready; false where that will not be. @throws Error where another try may help */
  async function fetched(wanted: string, madeMs: number): Promise<boolean> {
    let problem: unknown;
    try {
      await fetch(agent, { version: wanted, madeMs });
    } catch (error) {
      if (signal.aborted) return false;
      tries += 1;
      if (!isFinal(error) && tries < MOST_TRIES) throw error;
      problem = error;
    }
    tries = 0;
    if (problem !== undefined)
      tell(Kind.UPGRADE_FAILED, `${wanted} could not be fetched: ${messageOf(problem)}`);
    await settle({ madeMs });
    return problem === undefined;
  }

  async function run(wanted: string, madeMs: number): Promise<void> {
    await tellAnswer(lastAnswer(folder));
    if (madeMs <= settled.madeMs || !isNewer(wanted, version)) return;
    const refusal = whyNot(config);
    if (refusal !== undefined) {
      tell(Kind.UPGRADE_REFUSED, `${wanted} is offered and not taken: ${refusal}`);
      return settle({ madeMs });
    }
    if (!(await fetched(wanted, madeMs))) return;
    const answer = await askHelper(folder, stateDir, signal);
    if (answer !== undefined) return tellAnswer(answer);
    if (signal.aborted) return;
    tell(
      Kind.UPGRADE_FAILED,
      `${wanted} is fetched and not installed: "systemctl status nestwatch-upgrade.path" says why`,
    );
  }

  return (wanted, madeUs) => {
    if (running || signal.aborted) return;
    running = true;
    run(wanted, Math.floor(madeUs / 1000))
      .catch((error: unknown) => log.warn('an upgrade is tried again', { error: messageOf(error) }))
      .finally(() => {
        running = false;
      });
  };
}

/** Whether another try would end the same. */
function isFinal(error: unknown): boolean {
  if (error instanceof WrongPackageError) return true;
  return error instanceof RefusedError && !error.message.includes('try again');
}

/** Why an offer is not taken here, with the way out. */
function whyNot(config: UpgraderAgent['config']): string | undefined {
  if (config.upgrade !== 'allowed') return 'its own file does not allow it (upgrade: allowed)';
  if (config['packages.url'] === '' || config['packages.key'] === '')
    return `packages.url or packages.key is missing: ${RUN_LINE_AGAIN}`;
  if (config['nats.nkey'] === '') return `it has no key of its own (nats.nkey): ${RUN_LINE_AGAIN}`;
  if (helperFormat(config['packages.helper']) === undefined)
    return `this installation is not upgraded by itself (it takes systemd, root and --upgrades): ${RUN_LINE_AGAIN}`;
  return undefined;
}

/** @throws WrongPackageError or RefusedError where another try does not help; Error */
async function fetchOffered(agent: UpgraderAgent, told: { version: string; madeMs: number }): Promise<void> {
  const { config, stateDir, signal, lab, node } = agent;
  const [{ takeOffer }, { fetchPackage }, { ownKey }, { writeFile }] = await Promise.all([
    import('../upgrade/take-offer.ts'),
    import('../upgrade/fetch-package.ts'),
    import('../listener/own-key.ts'),
    import('node:fs/promises'),
  ]);
  const base = config['packages.url'];
  const { seed } = await ownKey(config['nats.nkey']);
  const { signed, offer } = await takeOffer(base, config['packages.key'], { lab, node, seed }, told);
  const format = helperFormat(config['packages.helper']);
  const wanted = offer.files.find((each) => each.format === format);
  if (wanted === undefined) throw new WrongPackageError(`there is no package of format ${format}`);
  await fetchPackage(base, wanted, packageFile(stateDir), signal);
  await writeFile(offerFile(stateDir), JSON.stringify(signed), { mode: 0o600 });
}

function parseSettled(json: unknown): Settled | undefined {
  const { madeMs, toldMs } = (json ?? {}) as Record<string, unknown>;
  return typeof madeMs === 'number' && typeof toldMs === 'number' ? { madeMs, toldMs } : undefined;
}
