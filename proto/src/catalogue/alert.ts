import { AlertSeverity, AlertState } from './enumerations.ts';
import type { Measurement } from './types.ts';

const PANEL = 'Lab / Alerts';

export const alert: Measurement = {
  name: 'nestwatch_alert',
  meaning: 'An alert that fired, became more severe or ended, and once a minute while it fires.',
  source: 'collector, alerting/',
  tags: ['rule', 'subject'],
  fields: [
    {
      name: 'state',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Whether it fires.',
      words: {
        [AlertState.OVER]: 'over',
        [AlertState.PENDING]: 'pending',
        [AlertState.FIRING]: 'firing',
      },
      panel: PANEL,
    },
    {
      name: 'severity',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Its severity.',
      words: {
        [AlertSeverity.INFO]: 'info',
        [AlertSeverity.WARNING]: 'warning',
        [AlertSeverity.CRITICAL]: 'critical',
      },
      panel: PANEL,
      bands: { warn: 2, critical: 3 },
    },
    {
      name: 'news',
      unit: 'boolean',
      kind: 'flag',
      meaning: '1 when it changed at this time, 0 when it goes on.',
    },
    { name: 'title', unit: 'text', kind: 'text', meaning: 'What it is, in a few words.', panel: PANEL },
    {
      name: 'text',
      unit: 'text',
      kind: 'text',
      meaning: 'The full text with figures and likely causes.',
      panel: PANEL,
    },
    {
      name: 'cause',
      unit: 'text',
      kind: 'text',
      meaning: 'The most likely cause; absent if none was found.',
      panel: PANEL,
    },
    {
      name: 'value',
      unit: 'none',
      kind: 'gauge',
      meaning: 'The figure that crossed the threshold, if any.',
    },
    {
      name: 'silenced',
      unit: 'boolean',
      kind: 'flag',
      meaning: '1 if a silence suppressed notifications.',
    },
    {
      name: 'flapping',
      unit: 'boolean',
      kind: 'flag',
      meaning: '1 if it came and went often and is therefore kept longer.',
    },
    { name: 'fired_us', unit: 'microseconds', kind: 'gauge', meaning: 'When it fired, since 1970.' },
  ],
};
