/** The smallest guest of guest.install, booted for real: by emulation, because its times are not what is tried. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootOnce, inspectQemu, type SmallestGuest } from '@nestwatch/agent/benchmarks/guest/smallest-guest';
import { createFileHost } from '@nestwatch/agent/host/file-host';
import { systemClock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { readTscKhz } from '../../deploy/lab/cascade/speed.ts';
import { qemuCommand } from '../../deploy/lab/image/add-qemu.ts';
import { bootFiles, qemuRoot, type SystemImage } from '../../deploy/lab/image/system-image.ts';
import { labSystem } from './cascade.ts';

let system: SystemImage | undefined;
const reason = await labSystem().then(
  (found) => {
    system = found;
    return undefined;
  },
  (error: unknown) => messageOf(error),
);
const title = reason === undefined ? 'the smallest guest' : `the smallest guest (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let scratch: string;
  beforeEach(() => {
    scratch = temporaryFolder('smallest');
  });

  const context = () => ({
    host: createFileHost(),
    clock: systemClock,
    scratch,
    progress: () => undefined,
    signal: new AbortController().signal,
  });

  /** The lab's own QEMU and kernel, so that none need be installed. */
  function emulated(): SmallestGuest {
    const { tree, layers } = system as SystemImage;
    const [parts = { release: '', qemu: '' }] = layers;
    const { kernel } = bootFiles(tree, parts);
    const { program, args, env } = qemuCommand(qemuRoot(tree, parts));
    const command = [program, ...args].join(' ');
    const qemu = join(scratch, 'qemu');
    // Of two -append the last counts. Without KVM's clock the kernel has to be told how fast the processor counts.
    const append = `console=ttyS0 quiet panic=-1 reboot=t tsc_early_khz=${readTscKhz()} tsc=reliable`;
    writeFileSync(
      qemu,
      `#!/bin/sh\nQEMU_MODULE_DIR=${env.QEMU_MODULE_DIR} exec ${command} "$@" -append "${append}"\n`,
    );
    chmodSync(qemu, 0o755);
    return { qemu, kernel, accelerator: 'tcg' };
  }

  test('boots to its first process and ends by itself', async () => {
    const guest = emulated();
    const { version, machine } = await inspectQemu(guest, context());
    expect({ version, machine }).toEqual({ version: expect.stringMatching(/^\d+\.\d+/), machine: 'microvm' });
    expect(await bootOnce(guest, machine, context())).toEqual({ durationUs: expect.any(Number), units: 1 });
  });

  test('that does not reach user space says what QEMU said last', async () => {
    const guest = { ...emulated(), kernel: join(scratch, 'qemu') };
    await expect(bootOnce(guest, 'microvm', context())).rejects.toThrow(/did not reach user space: .*qemu/i);
  });
});
