import { hostname } from 'node:os';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { AlertingConfig } from '../alerting/settings.ts';
import { createCallers } from '../alerting/sinks/index.ts';
import type { Sink } from '../alerting/sinks/sink.ts';
import { testAlert } from '../alerting/test-alert.ts';
import { SEVERITIES } from '../read/severity.ts';
import type { Body, Verb } from './serve.ts';
import { idIn } from './texts.ts';

/** Targets of alerts, as `nestwatch notify` prints them. */
export interface ToldTarget {
  readonly name: string;
  readonly kind: string;
  readonly leastSeverity: string;
  /** Patterns of labs; absent for all. */
  readonly labs?: readonly string[];
}

/** What became of a test at one of them. */
export interface Tested {
  readonly name: string;
  /** Why it did not arrive; absent when it did. */
  readonly error?: string;
  /** What somebody should know although it did. */
  readonly remarks: readonly string[];
  readonly tookMs: number;
}

/** The answer of the collector that was asked. */
export interface NotifyAnswer<T> {
  readonly collector: string;
  readonly targets: readonly T[];
}

const PREFIX = 'notify.';
const shortName = ({ name }: Sink) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);

/** Lists whom this collector would tell. */
export function readTargets(config: AlertingConfig): Verb {
  return async (): Promise<NotifyAnswer<ToldTarget>> => {
    const others = createCallers(config, () => undefined).filter(({ name }) => !name.startsWith(PREFIX));
    return {
      collector: hostname(),
      targets: [
        ...others.map(({ name, leastSeverity }) => ({ name, kind: name, leastSeverity })),
        ...config['notify'].map(({ name, kind, leastSeverity, labs }) => ({
          ...{ name, kind, leastSeverity },
          ...(labs === undefined ? {} : { labs }),
        })),
      ],
    };
  };
}

/** Tells those that are named, or all, of an alert that nothing raised, at once and whatever their filters say. */
export function testTargets(config: AlertingConfig, clock: Clock): Verb {
  return async (body): Promise<NotifyAnswer<Tested>> => {
    const remarks: string[] = [];
    const all = createCallers(config, (remark) => remarks.push(remark));
    const lab = body['lab'] === undefined ? 'default' : idIn(body['lab'], 'lab');
    const severity = SEVERITIES.find((each) => each === (body['severity'] ?? 'warning'));
    if (severity === undefined) throw new UsageError(`severity: give one of ${SEVERITIES.join(', ')}`);
    const nowUs = clock.wallUs();
    const alert = testAlert(lab, severity, body['over'] === true, nowUs);
    const tested = wanted(all, body).map(async (sink): Promise<Tested> => {
      const name = shortName(sink);
      const startedUs = clock.monoUs();
      const error = await sink.notify(alert, nowUs).then(() => undefined, messageOf);
      return {
        name,
        ...(error === undefined ? {} : { error }),
        remarks: remarks.filter((remark) => remark.startsWith(`${name}: `)),
        tookMs: Math.round((clock.monoUs() - startedUs) / 1000),
      };
    });
    return { collector: hostname(), targets: await Promise.all(tested) };
  };
}

function wanted(all: readonly Sink[], { targets }: Body): readonly Sink[] {
  if (all.length === 0)
    throw new UsageError('this collector has no targets: set notify, alertmanager.url or webhook.url');
  if (!Array.isArray(targets) || targets.length === 0) return all;
  const names = all.map(shortName);
  const unknown = targets.find((each) => !names.includes(String(each)));
  if (unknown !== undefined)
    throw new UsageError(`this collector has no target ${String(unknown)}; it has ${names.join(', ')}`);
  return all.filter((sink) => targets.includes(shortName(sink)));
}
