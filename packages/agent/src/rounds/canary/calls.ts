import { createLatch } from '@nestwatch/common/latch';

export type CanaryCalls = ReturnType<typeof createCanaryCalls>;

/** A finding that guests may no longer boot goes here, and the canary runs before its time. */
export function createCanaryCalls() {
  const latch = createLatch();
  const reasons = new Set<string>();
  return {
    /** @param why in a few words, such as "resumed after a pause" */
    call(why: string): void {
      reasons.add(why);
      latch.wake();
    },
    /** Waits for a call, the end of the time, or the signal. */
    async wait(signal: AbortSignal, limitMs: number): Promise<void> {
      if (reasons.size === 0) await latch.wait({ signal, limitMs });
    },
    /** What was called since it was asked last, in one text; empty when nothing was. */
    take(): string {
      latch.clear();
      const taken = [...reasons].join(', ');
      reasons.clear();
      return taken;
    },
  };
}

/** Facts on which it depends whether guests boot, by the beginnings of their names. */
const FACTS = ['system.kernel', 'kernel.', 'kvm_device.', 'kvm_modules.', 'cpu.', 'vmm.programs'];

/** The first of some changes of facts that may keep guests from booting; undefined when none may. */
export function telling(changes: readonly string[]): string | undefined {
  return changes.find((change) => FACTS.some((beginning) => change.startsWith(beginning)));
}
