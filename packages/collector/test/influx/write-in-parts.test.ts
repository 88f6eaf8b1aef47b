import { expect, test } from 'vitest';
import { TooLargeError } from '../../src/influx/answers.ts';
import { writeInParts } from '../../src/influx/write-in-parts.ts';

/** A server that takes this many bytes in one request. */
function takes(most: number) {
  const taken: string[] = [];
  const post = async (lines: Uint8Array) => {
    if (lines.length > most) throw new TooLargeError('too large');
    taken.push(Buffer.from(lines).toString());
  };
  return { taken, post };
}

test('what is too much for one request goes in several, no line torn, none twice', async () => {
  const lines = Array.from({ length: 100 }, (_, at) => `m,a=${'x'.repeat(at % 7)} f=${at} ${at}`);
  const { taken, post } = takes(200);
  await writeInParts(post, Buffer.from(lines.join('\n')));
  expect(taken.flatMap((part) => part.split('\n'))).toEqual(lines);
  const ended = takes(60);
  await writeInParts(ended.post, Buffer.from(`${lines.join('\n')}\n`));
  expect(ended.taken.flatMap((part) => part.split('\n')).filter((line) => line !== '')).toEqual(lines);
});

test('a single line that is too much is refused', async () => {
  const { taken, post } = takes(20);
  const lines = Buffer.from(`short f=1 1\n${'x'.repeat(50)}`);
  await expect(writeInParts(post, lines)).rejects.toThrow(TooLargeError);
  expect(taken).toEqual(['short f=1 1']);
  await expect(writeInParts(post, Buffer.from(`${'x'.repeat(50)}\n`))).rejects.toThrow(TooLargeError);
});
