/**
 * The command line of every layer's kernel. `quiet`, because one character on an emulated serial port costs guest3 tens of
 * milliseconds. `pci=off` and one serial port, because looking for what microvm does not have is 400 exits.
 */
export const KERNEL_WORDS: readonly string[] = [
  ...['console=ttyS0', 'quiet', 'panic=-1'],
  ...['pci=off', '8250.nr_uarts=1'],
];

/** `setup_APIC_timer` in arch/x86/kernel/apic/apic.c: ticks of a guest's timer, each of 8 ticks of its counter, per kHz of that. */
const TIMER_TICKS_PER_KHZ = 1000 / 8;

/**
 * For a counter that is too fast for a guest's timer: the kernel keeps that timer's frequency in 32 bits, so above 34 GHz each timer
 * fires too early, some twenty times before it is due. A guest hands the word on to its own guests.
 * @param tscKhz frequency of the time stamp counter by the lab's clock
 */
export function timerWords(tscKhz: number): readonly string[] {
  return tscKhz * TIMER_TICKS_PER_KHZ < 2 ** 32 ? [] : ['lapic=notscdeadline'];
}
