/** Programs that run guests. */
export type Vmm = 'qemu' | 'firecracker' | 'cloud-hypervisor' | 'crosvm' | 'kvmtool';

/** Programs by their names, whatever distributions and Kata put before and behind. */
const PROGRAMS: readonly (readonly [RegExp, Vmm])[] = [
  // NixOS puts the real program behind a script of its name: .qemu-system-x86_64-wrapped. Kata has qemu-vanilla-system-….
  [/^\.?qemu-([\w.]+-)*system-[\w.+-]+$/, 'qemu'],
  [/^\.?(qemu-)?kvm([-.](spice|rhev|ev|real|wrapped|bin|\d[\w.]*))*$/, 'qemu'],
  // Xen's device model, old and new; the Android emulator of old.
  [/^qemu(-dm([-.][\w.-]+)?)?$/, 'qemu'],
  [/^emulator(64)?-(x86|arm|mips)(64)?$/, 'qemu'],
  [/^firecracker([-_.].*)?$/, 'firecracker'],
  [/^cloud-hypervisor([-_.].*)?$/, 'cloud-hypervisor'],
  [/^crosvm([-_.].*)?$/, 'crosvm'],
  [/^(lkvm(-static)?|kvmtool)$/, 'kvmtool'],
];

/**
 * The virtual machine monitor that a command line belongs to; undefined for every other program. User-mode QEMU
 * (qemu-x86_64) and the tools (qemu-img) run no machines.
 */
export function vmmOf(words: readonly string[]): Vmm | undefined {
  const program = words[0]?.split('/').at(-1) ?? '';
  return PROGRAMS.find(([name]) => name.test(program))?.[1];
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
