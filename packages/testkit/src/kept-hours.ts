import type { Store } from '@nestwatch/collector/influx/store';

interface Buckets {
  readonly buckets?: { readonly retentionRules?: { readonly everySeconds?: number }[] }[];
}

/** How long a database of 1.x or a bucket of 2.x keeps its points, h; 0 for ever. */
export async function keptHours({ dialect, query, request }: Store): Promise<number> {
  if (dialect.api === 'v1') {
    const [series] = await query('SHOW RETENTION POLICIES');
    const row = series?.rows.find((each) => each['default'] === true);
    return Number.parseInt(String(row?.['duration'] ?? 0), 10);
  }
  const path = `/api/v2/buckets?name=${encodeURIComponent(dialect.store)}`;
  const { buckets } = (await request(path, { method: 'GET' })) as Buckets;
  return (buckets?.[0]?.retentionRules?.[0]?.everySeconds ?? 0) / 3600;
}
