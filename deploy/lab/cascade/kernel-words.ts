/**
 * The command line of every layer's kernel. `quiet`, because one character on an emulated serial port costs guest3 tens of
 * milliseconds. `pci=off` and one serial port, because looking for what microvm does not have is 400 exits.
 */
export const KERNEL_WORDS: readonly string[] = [
  ...['console=ttyS0', 'quiet', 'panic=-1'],
  ...['pci=off', '8250.nr_uarts=1'],
];
