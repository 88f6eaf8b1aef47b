/** Fields that a kernel's layers have not and those of 6.1 have, by the part of the sample. */
export type Lacks = Readonly<Record<string, readonly string[]>>;

interface Cascade {
  /** What the names of its recordings begin with. */
  cascade: string;
  /** Of each layer, guest0 first. */
  kernels: readonly string[];
}

/** Emulated cascades of four layers that were recorded: all of them, or the uppermost. */
export const CASCADES: readonly Cascade[] = [
  { cascade: 'lab', kernels: ['6.1', '6.1', '6.1', '6.1'] },
  { cascade: 'lab-5.10', kernels: ['5.10', '5.10', '5.10', '5.10'] },
  { cascade: 'lab-6.12', kernels: ['6.12', '6.12', '6.12', '6.12'] },
  { cascade: 'lab-7.3', kernels: ['7.3', '7.3'] },
  { cascade: 'lab-mixed', kernels: ['6.12', '5.10'] },
];

/** By kernel; what is not listed lacks nothing. */
export const LACKING: Readonly<Record<string, Lacks>> = {
  '5.10': {
    kvmHost: [
      ...['nestedRunPerSecond', 'guestMode', 'blocking', 'haltWaitRatio', 'notifyWindowExitsPerSecond'],
      ...['pages1g', 'pages2m', 'pages4k', 'pfTakenPerSecond', 'pfEmulatePerSecond', 'pfSpuriousPerSecond'],
      ...['pfFastPerSecond', 'pfMmioSpteCreatedPerSecond'],
      ...['directedYieldAttemptedPerSecond', 'directedYieldSuccessfulPerSecond'],
    ],
    memory: ['secondaryPageTablesBytes'],
    pressure: ['cpuFullRatio'],
  },
};

/** The recording of a layer, in fixtures/machines and fixtures/probes. */
export const recordingOf = (cascade: string, layer: number) => `${cascade}-guest${layer}`;
