import { expect, test } from 'vitest';
import { standardError } from '../../src/cli/standard-error.ts';

/** A file that takes at most this many bytes at once and in all, and a stream behind it. */
function target({ atOnce = 1000, inAll = 1000 }) {
  const file: string[] = [];
  const stream: string[] = [];
  let room = inAll;
  const process = {
    get stderr() {
      return { write: (bytes: string | Uint8Array) => stream.push(Buffer.from(bytes).toString()) };
    },
  };
  const log = standardError(process, (_, bytes) => {
    if (room === 0) throw Object.assign(new Error('try again'), { code: 'EAGAIN' });
    const taken = Math.min(atOnce, room, bytes.length);
    room -= taken;
    file.push(Buffer.from(bytes.subarray(0, taken)).toString());
    return taken;
  });
  return { log, file, stream };
}

test('what a write leaves over is written next', () => {
  const { log, file, stream } = target({ atOnce: 4 });
  log.write('one line\n');
  expect(file).toEqual(['one ', 'line', '\n']);
  expect(stream).toEqual([]);
});

test('when a write is refused, the stream gets the rest and all that follows', () => {
  const { log, file, stream } = target({ inAll: 5 });
  log.write('first\nsecond\n');
  log.write('third\n');
  expect(file).toEqual(['first']);
  expect(stream).toEqual(['\nsecond\n', 'third\n']);
});

test('without a refusal the stream is not even made', () => {
  const process = {
    get stderr(): never {
      throw new Error('made');
    },
  };
  expect(() => standardError(process, (_, bytes) => bytes.length).write('line\n')).not.toThrow();
});
