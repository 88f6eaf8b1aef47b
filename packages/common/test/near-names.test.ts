import { expect, test } from 'vitest';
import { didYouMean, nearNames } from '../src/near-names.ts';

test('names that are meant come first, and without any, all that there are', () => {
  const names = ['guest0', 'guest1', 'web-frontend'];
  expect(nearNames('Guset1', names)).toBe('did you mean guest1?');
  expect(nearNames('web', names)).toBe('did you mean web-frontend?');
  expect(nearNames('guest', names)).toBe('did you mean guest0 or guest1?');
  expect(nearNames('database', names)).toBe('known: guest0, guest1, web-frontend');
  expect(nearNames('database', [])).toBe('');
  const many = Array.from({ length: 12 }, (_, at) => `machine-${at}`);
  expect(nearNames('database', many)).toMatch(/machine-9 and 2 more$/);
});

test('only what may be meant is said where all that there are would be too much', () => {
  const commands = ['show', 'silence', 'shards', 'status', '--json'];
  for (const wrong of ['sillence', 'slience', 'silenec', 'sil'])
    expect(didYouMean(wrong, commands)).toBe('did you mean silence?');
  expect(didYouMean('--jsno', commands)).toBe('did you mean --json?');
  expect(didYouMean('--jsn', ['--nsc', '--json'])).toBe('did you mean --json?');
  expect(didYouMean('x'.repeat(100_000), commands)).toBe('');
  expect(didYouMean('', commands)).toBe('');
});
