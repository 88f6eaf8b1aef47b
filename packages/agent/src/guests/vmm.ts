/** Programs that run guests. */
export type Vmm = 'qemu' | 'firecracker' | 'cloud-hypervisor';

/**
 * The virtual machine monitor that a command line belongs to; undefined for every other program. User-mode QEMU
 * (qemu-x86_64) and the tools (qemu-img) run no machines.
 */
export function vmmOf(words: readonly string[]): Vmm | undefined {
  const program = words[0]?.split('/').at(-1) ?? '';
  // NixOS puts the real program behind a script of its name: .qemu-system-x86_64-wrapped.
  if (/^(\.?qemu-system-[\w.-]+|\.?qemu-kvm(-wrapped)?|kvm)$/.test(program)) return 'qemu';
  if (/^firecracker([-_.].*)?$/.test(program)) return 'firecracker';
  return /^cloud-hypervisor([-_.].*)?$/.test(program) ? 'cloud-hypervisor' : undefined;
}

/** The words from the program on, where it was started by way of the dynamic loader: ld.so [options] PROGRAM ... */
export function withoutLoader(words: readonly string[]): readonly string[] {
  if (!/^ld(-linux[\w.-]*)?\.so(\.\d+)?$/.test(words[0]?.split('/').at(-1) ?? '')) return words;
  let at = 1;
  for (let word = words[at]; word?.startsWith('--'); word = words[at]) at += WITH_VALUE.test(word) ? 2 : 1;
  return words.slice(at);
}

/** Options of ld.so(8) that take the next word. */
const WITH_VALUE = /^--(library-path|preload|audit|argv0|inhibit-rpath|glibc-hwcaps-prepend)$/;
