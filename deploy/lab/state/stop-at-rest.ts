import { pause } from '@nestwatch/common/backoff';
import { RetryableError } from '@nestwatch/common/errors';
import type { Cascade } from '../cascade/boot.ts';

const TRY_AGAIN_MS = 20;
const TRIES = 500;

/**
 * Stops guest0's machine while all its CPUs are halted. QEMU does not take a state that it saved while an emulated CPU
 * ran a guest ("vCPU set in guest-mode inconsistent with migrated kernel nested state", target/i386/machine.c), and a
 * guest that halts leaves guest mode.
 * @throws RetryableError when no such moment is found; the machine then runs
 */
export async function stopAtRest(
  qmp: Pick<Cascade['qmp'], 'execute'>,
  signal: AbortSignal,
  tries = TRIES,
): Promise<void> {
  for (let tried = 0; tried < tries; tried++) {
    await qmp.execute('stop');
    const registers = await qmp.execute('human-monitor-command', { 'command-line': 'info registers -a' });
    if (allHalted(String(registers))) return;
    await qmp.execute('cont');
    if (!(await pause(TRY_AGAIN_MS, signal))) signal.throwIfAborted();
  }
  throw new RetryableError("guest0's CPU is never at rest");
}

/** @param registers what QEMU's `info registers -a` says: "… SMM=0 HLT=1" for each CPU */
export function allHalted(registers: string): boolean {
  const halted = registers.match(/\bHLT=\d/g) ?? [];
  return halted.length > 0 && halted.every((each) => each === 'HLT=1');
}
