import { describe, expect, test } from 'vitest';
import { certificateNames, chooseAddress } from '../../../src/cli/setup/address.ts';

const lo = { name: 'lo', address: '127.0.0.1', isBridge: false };
const bridge = { name: 'virbr0', address: '192.168.122.1', isBridge: true };
const other = { name: 'br-lab', address: '10.9.0.1', isBridge: true };
const card = { name: 'eth0', address: '192.0.2.7', isBridge: false };
const nothing = {};

describe('the address that guests reach', () => {
  test('is that of the only bridge where nobody can be asked', async () => {
    expect(await chooseAddress([lo, card, bridge], nothing)).toBe('192.168.122.1');
    await expect(chooseAddress([lo, card], nothing)).rejects.toThrow(
      /give --address.*\n.*127\.0\.0\.1 {2}lo/,
    );
    await expect(chooseAddress([lo, bridge, other], nothing)).rejects.toThrow('10.9.0.1  br-lab, a bridge');
  });

  test('is asked for once, with the bridge proposed', async () => {
    const asked: string[] = [];
    const answering = (answer: string) => async (question: string) => {
      asked.push(question);
      return answer;
    };
    expect(await chooseAddress([lo, card, bridge], nothing, answering(''))).toBe('192.168.122.1');
    expect(asked[0]).toMatch(/192\.168\.122\.1 {2}virbr0, a bridge\n\[192\.168\.122\.1\] $/);
    expect(await chooseAddress([lo, card, bridge], nothing, answering(' 192.0.2.7\n'))).toBe('192.0.2.7');
    const before = { before: '192.168.122.1' };
    expect(await chooseAddress([lo, bridge], before, answering('never'))).toBe('192.168.122.1');
    expect(asked).toHaveLength(2);
  });

  test('is one of this machine, or every one', async () => {
    await expect(chooseAddress([lo, card], { given: '192.0.2.8' })).rejects.toThrow(
      '192.0.2.8 is not an IPv4 address of this machine',
    );
    expect(await chooseAddress([lo, card], { given: '0.0.0.0' })).toBe('0.0.0.0');
    expect(certificateNames('0.0.0.0', 'host', [lo, card])).toEqual([
      ...['host', 'localhost', '127.0.0.1', '192.0.2.7'],
    ]);
    expect(certificateNames('192.0.2.7', 'under_score', [lo, card])).toEqual([
      ...['localhost', '127.0.0.1', '192.0.2.7'],
    ]);
  });
});
