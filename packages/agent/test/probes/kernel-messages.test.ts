import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageIn } from '../../src/probes/kernel-messages.ts';

test('records', () => {
  expect(messageIn('6,343,1305585,-;tokio (69): drop_caches: 3\n')).toBe('tokio (69): drop_caches: 3');
  expect(messageIn('30,1,2,-;systemd[1]: started\n')).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => messageIn(`x${text}`) === undefined));
  fc.assert(
    fc.property(
      fc.nat(7),
      fc.nat(),
      fc.nat(),
      fc.string({ unit: 'grapheme-ascii' }),
      (level, seq, atUs, message) => {
        expect(messageIn(`${level},${seq},${atUs},-;${message}\n`)).toBe(message);
      },
    ),
  );
});
