import { durationMs, flag, integer, list, text } from '@nestwatch/common/config/setting';
import { loginSettings } from './login/settings.ts';

/** Where the page and the metrics are served. */
export const webSettings = {
  'http.host': text('Address that /healthz, /metrics and the page listen on', { default: '127.0.0.1' }),
  'http.port': integer('Port of the same; 0 takes any free one', { default: 9464, min: 0, max: 65_535 }),
  'http.allowed-hosts': list(
    'Names of this server in addresses that browsers and Prometheus ask for; its own and addresses need not be named',
    { default: [] },
  ),
  ...loginSettings,
  'page.refresh': durationMs('Time between two readings of the lab page, while somebody looks at it', {
    default: 3000,
    minMs: 200,
    maxMs: 600_000,
  }),
  'metrics.layers': flag('Serve the newest figures of all nodes at /metrics/layers, read from InfluxDB', {
    default: false,
  }),
  'metrics.layers-series': integer(
    'Most series there; nodes beyond are left out whole. A node has about 170',
    { default: 50_000, min: 1000, max: 1_000_000 },
  ),
} as const;
