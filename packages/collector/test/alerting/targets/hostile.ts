import { type Alert, alertId } from '../../../src/alerting/alerts/alert.ts';

/** A text with which a guest tries to break out of whatever its name is put into. */
export const HOSTILE =
  '</a>"}]},{"x":1}\r\nBcc: evil@example.net\r\n\r\n*b* _i_ `c` [t](http://evil) <!channel> <@U1> {{lab}} \u001b[31m\u202e\u0000 \ud800';

/** An alert of a machine that calls itself so. */
export function hostileAlert(given: Partial<Alert> = {}): Alert {
  const whose = { lab: 'training', node: 'guest3', rule: 'slowdown-parent', subject: 'cpu.sha256' };
  return {
    ...whose,
    id: alertId(whose),
    name: HOSTILE,
    layer: 3,
    parent: 'guest2',
    severity: 'critical',
    state: 'firing',
    summary: `${HOSTILE} is 2.42 times slower`,
    details: ['Since 39 min ago.'],
    causes: [`Steal in ${HOSTILE} rose`, 'The host is slow'],
    value: 2.42,
    sinceUs: 1_790_000_000_000_000,
    firedUs: 1_790_000_060_000_000,
    firings: [],
    flapping: false,
    revision: 1,
    pendingSinks: [],
    notified: true,
    ...given,
  };
}
