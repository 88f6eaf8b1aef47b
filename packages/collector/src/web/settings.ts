import { durationMs, integer, list, text } from '@nestwatch/common/config/setting';

/** Where the page and the metrics are served. */
export const webSettings = {
  'http.host': text('Address that /healthz, /metrics and the page listen on', { default: '127.0.0.1' }),
  'http.port': integer('Port of the same; 0 takes any free one', { default: 9464, min: 0, max: 65_535 }),
  'http.allowed-hosts': list(
    'Names of this server in addresses that browsers and Prometheus ask for; its own and addresses need not be named',
    { default: [] },
  ),
  'page.refresh': durationMs('Time between two readings of the lab page, while somebody looks at it', {
    default: 3000,
    minMs: 200,
    maxMs: 600_000,
  }),
} as const;
