import type { Trouble } from './kernel-messages.ts';

/**
 * Tells the switches of an ordinary start from trouble. The kernel takes what clock there is (hpet, refined-jiffies) and a
 * better one seconds later, once that is calibrated: then the switch before was none to complain of. Where no better one
 * follows, or one was found unstable first, it was.
 */
export function createClockSettling() {
  let settled = false;
  let open = 0;
  /** How many complaints of a switch, made before, this message takes back. */
  return (message: string, trouble: Trouble | undefined): number => {
    if (settled) return 0;
    if (trouble === 'clocksourceSwitches') open += 1;
    const better =
      trouble === undefined && /Switch(?:ed|ing) to clocksource \S|Time: \S+ clocksource/.test(message);
    settled = better || trouble === 'clocksourceUnstable';
    return better ? open : 0;
  };
}
