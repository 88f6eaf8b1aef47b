import { readChoice } from './choice.ts';
import { type Host, valueIn } from './host.ts';

/** "integrity" or "confidentiality" when the kernel is locked down (kernel_lockdown(7)). */
export async function lockdownOf(host: Host): Promise<string | undefined> {
  const mode = valueIn(await readChoice(host, '/sys/kernel/security/lockdown'));
  return mode === 'none' ? undefined : mode;
}
