import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { significant } from '@nestwatch/common/quantities';
import type { JudgedLab } from '../analysis/judged-lab.ts';
import { readExitTraces, type StoredExitTrace } from '../read/exit-traces.ts';
import type { Reader } from '../read/query.ts';
import { isAboutExits } from './about-exits.ts';
import type { Alert } from './alerts/alert.ts';

const SECOND_US = 1_000_000;
/** A trace comes a minute or two after the alert; after this time it no longer comes. */
const AWAITED_US = 3600 * SECOND_US;
/** Clocks differ by so much. */
const CLOCKS_US = 5 * SECOND_US;
/** Guests whose exits one alert reports. */
const MOST = 3;

/** Begins what is attached, with which it is known that it is. */
const ATTACHED = 'Exits of ';

/** Attaches to alerts about exits why guests exit, once that was traced. Never throws: it comes at a next look. */
export async function attachExits(
  { store, log }: { readonly store: Reader; readonly log: Log },
  { lab, nowUs, nodes }: JudgedLab,
  alerts: readonly Alert[],
): Promise<readonly Alert[]> {
  const waiting = alerts.filter((alert) => waits(alert, nowUs));
  if (waiting.length === 0) return alerts;
  try {
    const fromUs = Math.min(...waiting.map(({ firedUs = nowUs }) => firedUs)) - CLOCKS_US;
    const traces = await readExitTraces(store, lab, { fromUs });
    return alerts.map((alert) => {
      if (!waiting.includes(alert)) return alert;
      const found = tracesOf(alert, traces, (node) => nodes.get(node)?.name ?? node);
      return found.length === 0 ? alert : { ...alert, causes: [...alert.causes, ...found.map(exitsText)] };
    });
  } catch (error) {
    log.debug('cannot read traces of exits', { lab, error: messageOf(error) });
    return alerts;
  }
}

function waits(alert: Alert, nowUs: number): boolean {
  const { state, firedUs = 0, causes } = alert;
  if (state !== 'firing' || !isAboutExits(alert) || nowUs - firedUs > AWAITED_US) return false;
  return !causes.some((cause) => cause.startsWith(ATTACHED));
}

/** Its own exits, as its parent traced them, before those of its guests. */
function tracesOf(
  { node, parent, firedUs = 0 }: Pick<Alert, 'node' | 'parent' | 'firedUs'>,
  traces: readonly StoredExitTrace[],
  nameOf: (node: string) => string,
): StoredExitTrace[] {
  const fresh = traces.filter(({ atUs }) => atUs >= firedUs - CLOCKS_US);
  const atParent = fresh.filter((each) => parent !== undefined && each.node === parent);
  const own = atParent.filter(({ guest }) => guest === node || guest === nameOf(node));
  // Where the names differ and there is one guest, it is that one.
  const exits = own.length === 0 && atParent.length === 1 ? atParent : own;
  return [...exits, ...fresh.filter((each) => each.node === node)].slice(0, MOST);
}

/** "Exits of guest2 on guest1: hlt 71 %, npf 12 %, io 9 % (4300 a second); of its own guests: io 60 %." */
function exitsText({ guest, name, summary, nestedSummary, exitsPerSecond }: StoredExitTrace): string {
  const nested = nestedSummary === '' ? '' : `; of its own guests: ${nestedSummary}`;
  return `${ATTACHED}${guest} on ${name}: ${summary} (${significant(exitsPerSecond)} a second)${nested}.`;
}
