/**
 * What every layer's kernel is told. `quiet`, because one character on an emulated serial port costs guest3 tens of
 * milliseconds.
 */
export const KERNEL_WORDS: readonly string[] = ['console=ttyS0', 'quiet', 'panic=-1'];
