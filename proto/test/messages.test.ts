import { expect, test } from 'vitest';
import { headerIn, v1 } from '../src/messages.ts';

const header = { lab: 'l', node: 'n', boot: 'b', seq: 7, wallUs: 1.7e15, labUs: 1.7e15 };

test('the header of each kind of message is found without the rest', () => {
  const messages = [
    v1.Sample.encode({ header, load: { load1: 0.5 } }),
    v1.Capability.encode({ header, kernel: '6.1' }),
    v1.BenchmarkResult.encode({ header, benchmark: 'cpu.sha256' }),
    v1.Event.encode({ header, text: 'started' }),
  ];
  for (const message of messages) expect(headerIn(message.finish())).toMatchObject(header);
});

test('a message without a header has none, and one that is torn in it is an error', () => {
  expect(headerIn(v1.Event.encode({ text: 'started' }).finish())).toBeUndefined();
  expect(headerIn(new Uint8Array())).toBeUndefined();
  const whole = v1.Event.encode({ header }).finish();
  expect(() => headerIn(whole.subarray(0, 5))).toThrow();
});
