import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecord } from '../../src/probes/kernel-messages.ts';

test('records', () => {
  expect(parseRecord('6,343,1305585,-;tokio (69): drop_caches: 3\n')).toEqual({
    level: 6,
    facility: 0,
    seq: 343,
    atUs: 1305585,
    message: 'tokio (69): drop_caches: 3',
  });
  expect(parseRecord('30,1,2,-;systemd[1]: started\n')).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => parseRecord(`x${text}`) === undefined));
  fc.assert(
    fc.property(
      fc.nat(7),
      fc.nat(),
      fc.nat(),
      fc.string({ unit: 'grapheme-ascii' }),
      (level, seq, atUs, message) => {
        const parsed = parseRecord(`${level},${seq},${atUs},-;${message}\n`);
        expect(parsed).toMatchObject({ level, seq, atUs });
      },
    ),
  );
});
