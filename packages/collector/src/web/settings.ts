import { durationMs, flag, integer, list, text } from '@nestwatch/common/config/setting';
import { loginSettings } from './login/settings.ts';

/** Where the page and the metrics are served. */
export const webSettings = {
  'http.host': text('Listening address of /healthz, /metrics and the page', { default: '127.0.0.1' }),
  'http.port': integer('Port of the same; 0 takes any free one', { default: 9464, min: 0, max: 65_535 }),
  'http.allowed-hosts': list('Additional host names of this server for browsers and Prometheus', {
    default: [],
  }),
  ...loginSettings,
  'page.refresh': durationMs('Refresh interval of the lab page while somebody views it', {
    default: 3000,
    minMs: 200,
    maxMs: 600_000,
  }),
  'metrics.layers': flag('Serve the newest figures of all nodes at /metrics/layers, read from InfluxDB', {
    default: false,
  }),
  'metrics.layers-series': integer('Maximum series there; further nodes are omitted. A node has about 170', {
    default: 50_000,
    min: 1000,
    max: 1_000_000,
  }),
} as const;
