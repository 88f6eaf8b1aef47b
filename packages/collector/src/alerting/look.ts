import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { explain } from '../analysis/explain/explain.ts';
import { gatherEvidence } from '../analysis/explain/gather.ts';
import type { JudgedLab, PipelineView } from '../analysis/judged-lab.ts';
import { createPresenceWriter } from '../analysis/presence-points.ts';
import { ancestors } from '../analysis/references.ts';
import { createSlowdownWriter } from '../analysis/slowdown-points.ts';
import type { Store } from '../influx/store.ts';
import { SEVERITIES, type Severity } from '../read/severity.ts';
import { advance, type Situation } from './alerts/advance.ts';
import type { Alert } from './alerts/alert.ts';
import type { AlertStore } from './alerts/alert-store.ts';
import { type MaintenanceWindow, openWindow } from './alerts/maintenance.ts';
import { covers } from './alerts/silence.ts';
import { createDelivery } from './deliver.ts';
import { evaluate, type Found } from './rules/evaluate.ts';
import { rules } from './rules/index.ts';
import { type Override, policyFor } from './rules/overrides.ts';
import type { Sink } from './sinks/sink.ts';

export interface LookOptions {
  readonly store: Pick<Store, 'query' | 'write'>;
  readonly alerts: AlertStore;
  readonly sinks: readonly Sink[];
  readonly overrides: readonly Override[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly judge: (nowUs: number, pipeline: PipelineView) => Promise<JudgedLab[]>;
  readonly readPipeline: () => Promise<PipelineView>;
  readonly log: Log;
}

/** Rules that can be judged when InfluxDB cannot be read. */
const WITHOUT_INFLUX = ['collector-behind'];

/** One look at all labs after the other: read, judge, explain, keep, tell. */
export async function createLook(options: LookOptions) {
  const { store, overrides, log } = options;
  const deliver = createDelivery(options.sinks, log);
  const writeSlowdowns = createSlowdownWriter(store, log);
  const writePresence = createPresenceWriter(store, log);
  let alerts = await options.alerts.load();
  let labs: readonly string[] = [...new Set(alerts.map((alert) => alert.lab))];

  const situation = (view: JudgedLab, found: readonly Found[]): Situation => ({
    ...{ view, found },
    silencedBy(alert) {
      const lineage = (node: string) => {
        const known = view.nodes.get(node);
        return known === undefined
          ? [node]
          : [node, ...ancestors(view.nodes, known).map((each) => each.node)];
      };
      const windows = options.maintenance.flatMap((window) => openWindow(window, view.nowUs) ?? []);
      const all = [...options.alerts.silences(), ...windows];
      return all.find((silence) => covers(silence, alert, lineage, view.nowUs))?.why;
    },
    keepMs(alert) {
      const rule = rules.find((each) => each.name === alert.rule);
      if (rule === undefined) return 0;
      const benchmark = alert.subject.split(' ')[0];
      return policyFor(rule, overrides, { ...alert, benchmark }).keepMs;
    },
    sinksFor: (severity: Severity) =>
      options.sinks
        .filter((sink) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(sink.leastSeverity))
        .map((sink) => sink.name),
  });

  /** Causes belong to the news, so they are looked for before anybody is told. */
  const withCauses = async (
    view: JudgedLab,
    alert: Alert,
    before: Alert | undefined,
    found: readonly Found[],
  ) => {
    const isNews = alert.state === 'firing' && alert.news !== before?.news;
    const slowdown = found.find(
      (each) => each.node === alert.node && each.rule === alert.rule && each.subject === alert.subject,
    )?.slowdown;
    if (!isNews || slowdown === undefined) return alert;
    try {
      const evidence = await gatherEvidence(store, view, { node: alert.node, ...slowdown });
      return evidence === undefined
        ? alert
        : { ...alert, causes: explain(evidence).map((cause) => cause.text) };
    } catch (error) {
      log.warn('a slowdown could not be explained', { node: alert.name, error: messageOf(error) });
      return alert;
    }
  };

  const lookAt = async (view: JudgedLab): Promise<void> => {
    const readable = view.pipeline.influxError === undefined;
    const judged = (rule: string) => readable || WITHOUT_INFLUX.includes(rule);
    const mine = alerts.filter((alert) => alert.lab === view.lab && judged(alert.rule));
    const rest = alerts.filter((alert) => !mine.includes(alert));
    const found = evaluate(view, overrides).filter((each) => judged(each.rule));
    const before = new Map(mine.map((alert) => [alert.id, alert]));
    const next: Alert[] = [];
    for (const alert of advance(mine, situation(view, found))) {
      next.push(await withCauses(view, alert, before.get(alert.id), found));
    }
    for (const alert of next) say(log, alert, before.get(alert.id));
    alerts = [...rest, ...next];
  };

  /** @throws when alerts cannot be kept: then they must not be told of either */
  return async (nowUs: number): Promise<readonly Alert[]> => {
    const pipeline = await options.readPipeline();
    const views = await readOrNone(options, nowUs, pipeline, labs);
    labs = [...new Set([...views.map((view) => view.lab), ...alerts.map((alert) => alert.lab)])];
    for (const view of views) await lookAt(view);
    // Kept before told: after a crash in between, what is owed is told by whoever goes on.
    await options.alerts.save(alerts);
    alerts = await deliver(alerts, nowUs);
    await options.alerts.save(alerts);
    await Promise.all([writeSlowdowns(views), writePresence(views, nowUs)]);
    return alerts;
  };
}

/** The labs as they are; without their nodes when InfluxDB cannot be read. */
async function readOrNone(
  { judge, log }: LookOptions,
  nowUs: number,
  pipeline: PipelineView,
  labs: readonly string[],
): Promise<JudgedLab[]> {
  try {
    return await judge(nowUs, pipeline);
  } catch (error) {
    log.debug('InfluxDB cannot be read', { error: messageOf(error) });
    const blind = { ...pipeline, influxError: messageOf(error) };
    return labs.map((lab) => ({ lab, nowUs, nodes: new Map(), pipeline: blind }));
  }
}

function say(log: Log, alert: Alert, before: Alert | undefined): void {
  if (alert.news === before?.news || alert.news === 0) return;
  const fields = { lab: alert.lab, rule: alert.rule, silenced: alert.silencedBy };
  const text = `${alert.state === 'resolved' ? 'over' : alert.severity}: ${alert.summary}`;
  if (alert.state === 'firing' && alert.severity !== 'info') log.warn(text, fields);
  else log.info(text, fields);
}
