import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import type { Verdict } from '../../capability/assess.ts';
import type { Facts } from '../../capability/facts/index.ts';
import { fail, pass, type Rule, unclear } from '../../capability/rule.ts';
import { runProcess } from '../../host/child-process.ts';
import { valueIn } from '../../host/host.ts';

export type BootResult =
  | { readonly state: 'runs'; readonly durationMs: number; readonly program: string }
  | { readonly state: 'fails'; readonly reason: string; readonly program: string }
  | { readonly state: 'not-tried'; readonly reason: string };

const TIMEOUT_MS = 30_000;
/** Port of QEMU's isa-debug-exit device: a byte V written there ends QEMU with exit code (V << 1) | 1. */
const EXIT_PORT = 0xf4;
const EXIT_BYTE = 0x31;
/** Exit code of QEMU that only a guest which ran can cause. */
const EXIT_CODE = (EXIT_BYTE << 1) | 1;

const SIZE = 64 * 1024;
/** Where an x86 CPU begins: 16 bytes below the end of the firmware. */
const RESET_VECTOR = SIZE - 16;

/**
 * Starts a guest of four instructions with an installed QEMU: the last grade of evidence. Ends it in any case.
 * @param accelerator "tcg" shows that the test itself works
 */
export async function bootTinyGuest(
  facts: Facts,
  accelerator: 'kvm' | 'tcg',
  signal: AbortSignal,
): Promise<BootResult> {
  if (valueIn(facts.architecture.supported) !== true) {
    return { state: 'not-tried', reason: 'the tiny guest is made for x86_64' };
  }
  const program = valueIn(facts.vmmPrograms.programs)?.find((path) => /qemu-(system-x86_64|kvm)$/.test(path));
  if (program === undefined) return { state: 'not-tried', reason: 'no QEMU is installed (qemu-system-x86)' };
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'nestwatch-check-'));
    const firmware = join(folder, 'firmware');
    writeFileSync(firmware, tinyFirmware());
    const startedMs = performance.now();
    const result = await runProcess(program, qemuArguments(accelerator, firmware), {
      limitMs: TIMEOUT_MS,
      signal,
    });
    const durationMs = Math.round(performance.now() - startedMs);
    if (result.code === EXIT_CODE) return { state: 'runs', durationMs, program };
    const lastLine = `${result.stdout}${result.stderr}`.trim().split('\n').at(-1) ?? '';
    const reason = [result.problem || 'exit code 0', lastLine].filter((part) => part !== '').join(': ');
    return { state: 'fails', reason, program };
  } catch (error) {
    return { state: 'not-tried', reason: messageOf(error) };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function qemuArguments(accelerator: string, firmware: string): string[] {
  return [
    ...['-name', 'nestwatch-check', '-machine', 'pc', '-accel', accelerator, '-m', '16', '-smp', '1'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-bios', firmware],
    ...['-device', `isa-debug-exit,iobase=0x${EXIT_PORT.toString(16)},iosize=0x01`],
  ];
}

/**
 * A firmware of four instructions for `qemu -bios`: the guest says that it ran and halts. It needs no kernel, no
 * disk and no more than a few milliseconds.
 */
function tinyFirmware(): Buffer {
  const image = Buffer.alloc(SIZE, 0xf4);
  const code = [
    ...[0xb0, EXIT_BYTE], // mov al, EXIT_BYTE
    ...[0xe6, EXIT_PORT], // out EXIT_PORT, al
    0xf4, // hlt
    ...[0xeb, 0xfd], // jmp to the hlt
  ];
  Buffer.from(code).copy(image, RESET_VECTOR);
  return image;
}

const rule: Rule = {
  name: 'guest-runs',
  question: 'Does a guest really run?',
  source: 'a firmware of four instructions under an installed QEMU',
  judge: () => undefined,
};

export function bootVerdict(result: BootResult): Verdict {
  switch (result.state) {
    case 'runs':
      return { rule, ...pass(`yes: a tiny guest ran under ${result.program} in ${result.durationMs} ms`) };
    case 'fails': {
      const summary = `no: a tiny guest did not run under ${result.program} (${result.reason})`;
      return { rule, ...fail(summary, '"dmesg | tail" after the attempt often names the cause') };
    }
    case 'not-tried':
      return { rule, ...unclear(`not tried: ${result.reason}`) };
  }
}
