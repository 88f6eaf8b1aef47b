import { expect, test } from 'vitest';
import { createSharedTexts } from '../src/shared-texts.ts';

test('whatever is asked for is given, however many there are', () => {
  const shared = createSharedTexts(2);
  for (const text of ['a', 'b', 'a', 'c', 'a', '']) expect(shared(text)).toBe(text);
});
