interface Leftover {
  pid: number;
  command: string;
}

/** `below`: only what has its TMPDIR below the folder, not at it. */
interface Which {
  below?: boolean;
}

export const RUN_FOLDER: string;
export function makeRunFolder(parent: string): string;
export function abandonedRuns(parent: string): string[];
export function processesOf(folder: string, which?: Which): Leftover[];
export function killProcesses(folder: string, which?: Which): Promise<Leftover[]>;
export function removeFolder(folder: string): void;
export function sweep(folder: string): Promise<Leftover[]>;
