/** Emulated cascades whose layers were recorded, guest0 first: what all recordings' names begin with, and the kernels. */
export const CASCADES = [{ cascade: 'lab', kernels: ['6.1', '6.1', '6.1', '6.1'] }] as const;

/** The recording of a layer, in fixtures/machines and fixtures/probes. */
export const recordingOf = (cascade: string, layer: number) => `${cascade}-guest${layer}`;
