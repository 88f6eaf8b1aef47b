import { influxConfig } from '@nestwatch/testkit/influx-config';
import { describe, expect, test } from 'vitest';
import { chooseDialect } from '../../src/influx/dialect.ts';

const choose = (version: string | undefined, env: Record<string, string> = {}) =>
  chooseDialect(influxConfig(env), version);

describe('the write path', () => {
  test.each([
    ['1.6.7', {}, 'v1'],
    ['1.8.10', {}, 'v1'],
    ['v2.7.1', {}, 'v2'],
    ['3.0.1', {}, 'v2'],
    ['1.8.0', { INFLUX_BUCKET: 'b' }, 'v2'],
    ['v2.7.1', { NESTWATCH_INFLUX_API: 'v1' }, 'v1'],
    [undefined, {}, 'v1'],
  ])('of a server that says %s, configured %j, is %s', (version, env, api) => {
    expect(choose(version, env).api).toBe(api);
  });

  test('names database or bucket and organisation, escaped, with times in µs', () => {
    expect(choose('1.6.7', { INFLUX_DATABASE: 'my lab' }).writePath).toBe('/write?db=my%20lab&precision=u');
    expect(choose('2.7', { INFLUX_BUCKET: 'b', INFLUX_ORG: 'a&b' }).writePath).toBe(
      '/api/v2/write?org=a%26b&bucket=b&precision=us',
    );
  });

  test('is refused for a bucket on a server that has none', () => {
    expect(() => choose('1.6.7', { INFLUX_BUCKET: 'b' })).toThrow(
      /set INFLUX_DATABASE instead of INFLUX_BUCKET/,
    );
  });
});
