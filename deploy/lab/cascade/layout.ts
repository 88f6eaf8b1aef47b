/** Memory of the machines in MiB, deepest last. Every touched page costs a fault in each layer above, so they are small. */
const MEMORY_MIB = [3000, 1900, 1100, 400] as const;
/** Sizes of the writable disks in MiB; each holds the next one's as a file. */
const SCRATCH_MIB = [1000, 700, 420, 160] as const;
/** The same where each layer installs an agent with its own Node.js: 120 MiB, and as much while it is unpacked. */
const BARE_SCRATCH_MIB = [1900, 1400, 900, 400] as const;

export const MAX_LAYERS = MEMORY_MIB.length;

/** The machines of a cascade, guest0 first. The deepest is always the smallest. */
export function layOut(layers: number, bare = false) {
  const scratch = bare ? BARE_SCRATCH_MIB : SCRATCH_MIB;
  const layout = (depth: number) => ({
    depth,
    name: `guest${depth}`,
    mac: `52:54:00:60:00:0${depth}`,
    memoryMib: MEMORY_MIB[MAX_LAYERS - layers + depth] ?? 0,
    scratchMib: scratch[MAX_LAYERS - layers + depth] ?? 0,
  });
  return [layout(0), ...Array.from({ length: layers - 1 }, (_, at) => layout(at + 1))] as const;
}

export type LayerLayout = ReturnType<typeof layOut>[0];

/** Servers' data and configuration, MiB. */
const OTHER_MIB = 100;

/** What a lab writes on this machine at the most: the outermost disk holds all others. */
export function writtenBytes(layers: number): number {
  return (layOut(layers)[0].scratchMib + OTHER_MIB) * 1024 * 1024;
}

/** Address of the build machine's 127.0.0.1 as any layer sees it. */
export const BUILD_MACHINE = '10.60.0.2';
