import { expect, test } from 'vitest';
import { PartialWriteError } from '../../src/influx/partial-write.ts';
import { splitTakenInPart } from '../../src/ingest/taken-in-part.ts';

const message = (name: string, timeUs: number, ...lines: string[]) => ({
  name,
  timeUs,
  bytes: Buffer.from(lines.join('\n')),
  lines: lines.length,
});

const messages = [
  message('new', 500, 'm v=1 500', 'n v=1 500'),
  message('oldest', 1, 'm v=1 1', 'n v=1 1'),
  message('text', 400, 'm v="x" 400', 'n v=1 400'),
  message('older', 2, 'm v=1 2'),
];

const namesOf = (error: PartialWriteError) => {
  const split = splitTakenInPart(messages, error);
  const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);
  return (
    split && { written: names(split.written), expired: names(split.expired), refused: names(split.refused) }
  );
};

test('points that are too old are those of the oldest messages', () => {
  expect(namesOf(new PartialWriteError('', { dropped: 3, reason: 'expired' }))).toEqual({
    written: ['new', 'text'],
    expired: ['oldest', 'older'],
    refused: [],
  });
});

test('a message of which a part is too old is too old', () => {
  expect(namesOf(new PartialWriteError('', { dropped: 1, reason: 'expired' }))?.expired).toEqual(['oldest']);
});

test('a value of another type is found in its message', () => {
  const reason = { measurement: 'm', field: 'v', type: 'string' };
  expect(namesOf(new PartialWriteError('', { dropped: 1, reason }))).toEqual({
    written: ['new', 'oldest', 'older'],
    expired: [],
    refused: ['text'],
  });
});

test('where other points than those that can be seen were dropped, nothing is believed to be written', () => {
  const reason = { measurement: 'm', field: 'v', type: 'string' };
  expect(namesOf(new PartialWriteError('', { dropped: 2, reason }))).toBeUndefined();
});
