import { describe, expect, test } from 'vitest';
import { parseByLayer, parseWanted } from '../../../lab/versions/wanted.ts';

describe('what is wanted', () => {
  test('is a version, a suite or a package', () => {
    expect(parseWanted('6.12')).toEqual({ version: '6.12' });
    expect(parseWanted('7')).toEqual({ version: '7' });
    expect(parseWanted('trixie-backports')).toEqual({ suite: 'trixie-backports' });
    expect(parseWanted('linux-image-rt-amd64')).toEqual({ package: 'linux-image-rt-amd64' });
    expect(parseWanted('linux-image-6.12.9+deb13-amd64/trixie')).toEqual({
      package: 'linux-image-6.12.9+deb13-amd64',
      suite: 'trixie',
    });
  });

  test.each(['', '6.', 'jammy', 'linux-image/jammy', 'a-b/trixie/x', '-o Dir=x', 'linux image'])(
    'is not "%s"',
    (text) => {
      expect(() => parseWanted(text)).toThrow(/is not a version, suite or package.*bookworm-backports/);
    },
  );
});

describe('by layer', () => {
  test('one for all, and single ones, which count before it', () => {
    expect(parseByLayer([], 2)).toEqual([undefined, undefined]);
    expect(parseByLayer(['6.12'], 2)).toEqual([{ version: '6.12' }, { version: '6.12' }]);
    expect(parseByLayer(['guest1=5.10', 'guest2=trixie'], 4)).toEqual([
      undefined,
      { version: '5.10' },
      { suite: 'trixie' },
      undefined,
    ]);
    expect(parseByLayer(['guest0=5.10', '7.3'], 2)).toEqual([{ version: '5.10' }, { version: '7.3' }]);
  });

  test('refuses a layer that is not there, and two for one', () => {
    expect(() => parseByLayer(['guest2=6.1'], 2)).toThrow('unknown layer "guest2"');
    expect(() => parseByLayer(['6.1', '6.12'], 2)).toThrow('"6.12" comes second for all layers');
    expect(() => parseByLayer(['guest1=6.1', 'guest1=6.12'], 2)).toThrow('comes second for guest1');
    expect(() => parseByLayer(['guest1=a=b'], 2)).toThrow('give VERSION or guestN=VERSION');
  });
});
