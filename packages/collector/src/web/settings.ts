import { durationMs, integer, text } from '@nestwatch/common/config/setting';

/** Where the page and the metrics are served. */
export const webSettings = {
  'http.host': text('Address that /healthz, /metrics and the page listen on', { default: '127.0.0.1' }),
  'http.port': integer('Port of the same; 0 takes any free one', { default: 9464, min: 0, max: 65_535 }),
  'page.refresh': durationMs('Time between two readings of the lab page, while somebody looks at it', {
    default: 3000,
    minMs: 200,
    maxMs: 600_000,
  }),
} as const;
