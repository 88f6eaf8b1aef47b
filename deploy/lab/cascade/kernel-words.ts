/**
 * The command line of every layer's kernel. `quiet`, because one character on an emulated serial port costs guest3 tens of
 * milliseconds.
 */
export const KERNEL_WORDS: readonly string[] = ['console=ttyS0', 'quiet', 'panic=-1'];
