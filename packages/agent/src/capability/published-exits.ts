/** What one CPUID exit of a guest's guest costs on a generation of CPUs, in cycles, as somebody published it. */
interface PublishedExit {
  readonly generation: string;
  /** As /proc/cpuinfo has cpu family and model. */
  readonly familyModels: readonly string[];
  /** Where the guest that runs it has a kernel with the fix, and without. */
  readonly fixedCycles: number;
  readonly unfixedCycles: number;
  readonly source: string;
}

/** The layer that these figures are of: a guest of a guest. */
export const PUBLISHED_LAYER = 2;

const LEAF_D = 'https://git.kernel.org/linus/1201f226c863';

/** Measured by who mended that a hypervisor asked CPUID leaf 0xD at each CPUID of its guest (Linux 6.13). */
export const PUBLISHED_EXITS: readonly PublishedExit[] = [
  {
    generation: 'Skylake-X',
    familyModels: ['6/85'],
    fixedCycles: 6850,
    unfixedCycles: 11_650,
    source: LEAF_D,
  },
  {
    generation: 'Ice Lake-X',
    familyModels: ['6/106', '6/108'],
    fixedCycles: 9000,
    unfixedCycles: 22_350,
    source: LEAF_D,
  },
  {
    generation: 'Emerald Rapids',
    familyModels: ['6/207'],
    fixedCycles: 7900,
    unfixedCycles: 28_850,
    source: LEAF_D,
  },
];

/** The figure for a CPU, by its family and model; undefined where none was published. */
export function publishedExit(familyModel: string | undefined): PublishedExit | undefined {
  return PUBLISHED_EXITS.find(({ familyModels }) => familyModels.includes(familyModel ?? ''));
}

/** An exit here by that on a fixed kernel; undefined where there is nothing to compare. */
export function timesPublished(
  cycles: number | undefined,
  familyModel: string | undefined,
  layer: number | undefined,
): number | undefined {
  const published = layer === PUBLISHED_LAYER ? publishedExit(familyModel) : undefined;
  return published === undefined || cycles === undefined ? undefined : cycles / published.fixedCycles;
}
