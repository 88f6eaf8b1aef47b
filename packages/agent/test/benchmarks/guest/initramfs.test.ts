import { expect, test } from 'vitest';
import { tinyInitramfs } from '../../../src/benchmarks/guest/initramfs.ts';
import { tinyInit, USER_SPACE_MARK } from '../../../src/benchmarks/guest/tiny-init.ts';

test('the smallest user space is an ELF program that says its mark, in an initramfs with a console', () => {
  const init = tinyInit();
  expect(init.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  expect(init.readUInt16LE(18)).toBe(62);
  // The address that is loaded for write(2) is where the mark stands: rip after the lea, and its distance.
  const lea = init.indexOf(Buffer.from([0x48, 0x8d, 0x35]));
  expect(init.subarray(lea + 7 + init.readInt32LE(lea + 3)).toString()).toBe(`${USER_SPACE_MARK}\n`);
  const archive = tinyInitramfs();
  expect(archive.length % 4).toBe(0);
  expect(archive.toString('latin1').match(/070701/g)).toHaveLength(4);
  expect(archive.includes(init)).toBe(true);
});
