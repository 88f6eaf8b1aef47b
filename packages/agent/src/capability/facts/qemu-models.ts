/**
 * A CPU model of QEMU's list by the name that it gives the CPU: `default` for those that QEMU takes when nobody asks,
 * `named` for the others; undefined for a CPU's own name. QEMU writes its names by a few shapes, without the "(R)",
 * "(TM)" and model numbers of real ones, and goes on doing so for new models and versions.
 */
export function modelOfQemu(name: string, flags: ReadonlySet<string>): 'named' | 'default' | undefined {
  const words = name.trim().replace(/\s+/g, ' ');
  if (DEFAULTS.test(words)) return 'default';
  const ownFlag = NAMES_OF_REAL_CPUS.get(words);
  if (ownFlag !== undefined) return flags.has(ownFlag) ? undefined : 'named';
  return SHAPES.some((shape) => shape.test(words)) ? 'named' : undefined;
}

/** qemu64, qemu32, max under TCG, kvm64, kvm32; those of RHEL and of Proxmox (x86-64-v2-AES) build on them. */
const DEFAULTS = /^(QEMU (Virtual|TCG) CPU version|Common (32-bit )?KVM processor)/;

const SHAPES: readonly RegExp[] = [
  // "Intel Core Processor (Haswell, no TSX)", "Intel Xeon E312xx (Sandy Bridge)", "Westmere E56xx/… (Nehalem-C)"
  /^(Intel (Core|Xeon|Atom|Celeron|Pentium)|Westmere)\b[\w /.-]* \([^()]+\)$/,
  /^Intel Celeron_4x0 \([^()]+\)$/,
  // "AMD Opteron 22xx (Gen 2 Class Opteron)", "AMD Opteron 63xx class CPU"
  /^AMD Opteron [\dx]+ (\([^()]+\)|class CPU)$/,
  // "AMD EPYC Processor (with IBPB)", "AMD EPYC-Rome-v4 Processor (no XSAVES)", "Zhaoxin YongFeng Processor"
  /^(AMD|Hygon|Zhaoxin) [A-Z][A-Za-z]+(-[A-Z][A-Za-z]+)?(-v\d+)? Processor( \([^()]+\)| \[[^[\]]+\])?$/,
];

/**
 * Models that carry the name of a real CPU, with a flag that such a CPU has under KVM when it is passed through, and
 * QEMU's model has not. KVM makes tsc_adjust itself, so that each passed-through CPU has it.
 */
const NAMES_OF_REAL_CPUS: ReadonlyMap<string, string> = new Map([
  ['AMD Phenom(tm) 9550 Quad-Core Processor', 'misalignsse'],
  ['Intel(R) Core(TM)2 Duo CPU T7700 @ 2.40GHz', 'tsc_adjust'],
  ['Genuine Intel(R) CPU T2600 @ 2.16GHz', 'tsc_adjust'],
  ['Intel(R) Atom(TM) CPU N270 @ 1.60GHz', 'tsc_adjust'],
  ['Hygon Dhyana Processor', 'clzero'],
]);
