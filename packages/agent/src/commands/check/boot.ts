import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import type { Facts } from '../../capability/facts/index.ts';
import { fail, pass, type Rule, unclear } from '../../capability/rule.ts';
import type { Verdict } from '../../capability/verdicts.ts';
import { runProcess } from '../../host/child-process.ts';
import { valueIn } from '../../host/host.ts';
import { EXIT_CODE, EXIT_PORT, tinyFirmware } from './tiny-firmware.ts';

export interface BootOptions {
  readonly facts: Facts;
  /** "kvm"; "tcg" shows that the test itself works. */
  readonly accelerator: 'kvm' | 'tcg';
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

export type BootResult =
  | { readonly state: 'runs'; readonly durationMs: number; readonly program: string }
  | { readonly state: 'fails'; readonly reason: string; readonly program: string }
  | { readonly state: 'not-tried'; readonly reason: string };

const DEFAULT_TIMEOUT_MS = 30_000;

/** Starts a guest of four instructions with an installed QEMU: the last grade of evidence. Ends it in any case. */
export async function bootTinyGuest(options: BootOptions): Promise<BootResult> {
  const { facts, accelerator, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
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
      limitMs: timeoutMs,
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
