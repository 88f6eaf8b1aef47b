import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { startTicks } from './processes.ts';

/**
 * Makes this process the only one that uses a folder.
 * @returns what gives the folder free again
 * @throws UsageError naming the pid of the other.
 */
export function claimFolder(dir: string, what: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'running.json');
  const other = readOwner(file);
  if (other !== undefined && startTicks(other.pid) === other.startTicks) {
    throw new UsageError(
      `${what} already runs as pid ${other.pid}: stop that one first ("kill ${other.pid}")`,
    );
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTicks: startTicks(process.pid) }));
  return () => rmSync(file, { force: true });
}

function readOwner(file: string): { pid: number; startTicks: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startTicks: string };
  } catch {
    return undefined;
  }
}
