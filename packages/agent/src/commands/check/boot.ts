import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { prepareTinyGuest, TINY_GUEST_RAN } from '../../benchmarks/guest/tiny-guest.ts';
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
    const args = prepareTinyGuest('nestwatch-check', accelerator, folder);
    const startedMs = performance.now();
    const result = await runProcess(program, args, { limitMs: TIMEOUT_MS, signal });
    const durationMs = Math.round(performance.now() - startedMs);
    if (result.code === TINY_GUEST_RAN) return { state: 'runs', durationMs, program };
    const lastLine = `${result.stdout}${result.stderr}`.trim().split('\n').at(-1) ?? '';
    const reason = [result.problem || 'exit code 0', lastLine].filter((part) => part !== '').join(': ');
    return { state: 'fails', reason, program };
  } catch (error) {
    return { state: 'not-tried', reason: messageOf(error) };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

const rule: Rule = {
  name: 'guest-runs',
  question: 'Does a guest run?',
  source: 'a firmware of four instructions under an installed QEMU',
  judge: () => undefined,
};

export function bootVerdict(result: BootResult): Verdict {
  switch (result.state) {
    case 'runs':
      return { rule, ...pass(`yes: a tiny guest ran under ${result.program} in ${result.durationMs} ms`) };
    case 'fails': {
      const summary = `no: a tiny guest did not run under ${result.program} (${result.reason})`;
      return { rule, ...fail(summary, '"dmesg | tail" after the attempt often shows the cause') };
    }
    case 'not-tried':
      return { rule, ...unclear(`not tried: ${result.reason}`) };
  }
}
