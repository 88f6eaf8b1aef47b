import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { gatherEvidence } from '../analysis/explain/evidence.ts';
import { explain } from '../analysis/explain/explain.ts';
import { createJudge } from '../analysis/judge-labs.ts';
import type { JudgedLab, PipelineView } from '../analysis/judged-lab.ts';
import { createPresenceWriter, createSlowdownWriter } from '../analysis/judged-points.ts';
import type { Store } from '../influx/store.ts';
import { advance } from './alerts/advance.ts';
import { type Alert, alertId } from './alerts/alert.ts';
import type { AlertStore } from './alerts/alert-store.ts';
import { situationOf } from './alerts/situation.ts';
import { attachExits } from './attach-exits.ts';
import { judgeable } from './judgeable.ts';
import { createNotifier, type Outcome } from './notify.ts';
import { type Found, findingsOf } from './rules/findings.ts';
import type { AlertingConfig } from './settings.ts';
import type { Sink } from './sinks/sink.ts';

interface EvaluationOptions {
  readonly config: AlertingConfig;
  readonly store: Pick<Store, 'query' | 'write'> & Partial<Pick<Store, 'queryThinned'>>;
  readonly kept: AlertStore;
  readonly sinks: readonly Sink[];
  readonly log: Log;
  /** Told what became of each attempt to notify somebody. */
  readonly onNotified?: (sink: string, outcome: Outcome) => void;
}

/**
 * Makes what evaluates all labs once: reads, asks the rules, explains, keeps and notifies. It gives all alerts that are
 * kept, and throws when they cannot be: then nobody may be notified of them either.
 */
export async function createEvaluation(options: EvaluationOptions) {
  const { config, store, kept, sinks, log } = options;
  const history = { benchmarksMs: config['watch.history'], probeWindowMs: config['watch.probe-window'] };
  const judge = createJudge(store, history, log);
  const notify = createNotifier(sinks, log, options.onNotified);
  const writeSlowdowns = createSlowdownWriter(store, log);
  const writePresence = createPresenceWriter(store, log);
  let alerts: readonly Alert[] = await kept.load();
  let labs = labsOf(alerts);

  /** The labs as they are; without their nodes when cannot read InfluxDB. */
  async function judgeOrNone(nowUs: number, pipeline: PipelineView): Promise<JudgedLab[]> {
    try {
      const judged = await judge(nowUs, pipeline, kept.acceptances());
      const emptied = labsOf(alerts).filter((lab) => judged.every((each) => each.lab !== lab));
      // What alerts they have is over.
      return [...judged, ...emptied.map((lab) => ({ lab, nowUs, nodes: new Map(), pipeline }))];
    } catch (error) {
      log.debug('cannot read InfluxDB', { error: messageOf(error) });
      const blind = { ...pipeline, influxError: messageOf(error) };
      return labs.map((lab) => ({ lab, nowUs, nodes: new Map(), pipeline: blind }));
    }
  }

  async function evaluateLab(view: JudgedLab): Promise<void> {
    const canJudge = judgeable(view);
    const mine = alerts.filter((alert) => alert.lab === view.lab && canJudge(alert));
    const rest = alerts.filter((alert) => !mine.includes(alert));
    const found = findingsOf(view, config['watch.rules']).filter(canJudge);
    const before = new Map(mine.map((alert) => [alert.id, alert]));
    const next: Alert[] = [];
    for (const alert of advance(mine, situationOf(view, found, kept.silences(), options))) {
      const isRevised = alert.revision !== (before.get(alert.id)?.revision ?? 0);
      next.push(isRevised ? await withCauses(options, view, alert, found) : alert);
      if (isRevised) logAlert(log, alert);
    }
    alerts = [...rest, ...(await attachExits(options, view, next))];
  }

  return async (nowUs: number, pipeline: PipelineView): Promise<readonly Alert[]> => {
    const views = await judgeOrNone(nowUs, pipeline);
    labs = labsOf([...views, ...alerts]);
    for (const view of views) await evaluateLab(view);
    // Kept before anybody is notified: after a crash in between, whoever goes on does what is pending.
    await kept.save(alerts);
    alerts = await notify(alerts, nowUs, kept.save);
    await kept.save(alerts);
    await Promise.all([writeSlowdowns(views), writePresence(views, nowUs)]);
    return alerts;
  };
}

function labsOf(all: readonly { readonly lab: string }[]): readonly string[] {
  return [...new Set(all.map(({ lab }) => lab))];
}

/** Causes belong to what people are notified of, so they are looked for before. */
async function withCauses(
  { store, log }: EvaluationOptions,
  view: JudgedLab,
  alert: Alert,
  found: readonly Found[],
): Promise<Alert> {
  const slowdown = found.find((each) => alertId({ ...each, lab: view.lab }) === alert.id)?.slowdown;
  if (alert.state !== 'firing' || slowdown === undefined) return alert;
  try {
    const evidence = await gatherEvidence(store, view, { node: alert.node, ...slowdown });
    return evidence === undefined ? alert : { ...alert, causes: explain(evidence).map(({ text }) => text) };
  } catch (error) {
    log.warn('cannot find causes of a slowdown', { node: alert.name, error: messageOf(error) });
    return alert;
  }
}

function logAlert(log: Log, { lab, rule, state, severity, silencedBy, summary }: Alert): void {
  const text = `${state === 'resolved' ? 'over' : severity}: ${summary}`;
  const level = state === 'firing' && severity !== 'info' ? 'warn' : 'info';
  log[level](text, { lab, rule, silenced: silencedBy });
}
