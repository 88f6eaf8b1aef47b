import { COMMON_TAGS, catalogue } from '@nestwatch/proto';
import { expect, test } from 'vitest';

/** As InfluxDB 3 Core has them. */
const [MOST_TABLES, MOST_COLUMNS] = [2000, 500];

test('all that is stored has room in InfluxDB 3 Core', () => {
  expect(catalogue.length).toBeLessThan(MOST_TABLES / 20);
  for (const { name, fields, tags } of catalogue) {
    const columns = 1 + COMMON_TAGS.length + (tags?.length ?? 0) + fields.length;
    expect(columns, name).toBeLessThan(MOST_COLUMNS / 2);
  }
});
