/**
 * A recording of the probes (`nestwatch-agent probe --record`) as one file instead of some hundred:
 *
 *   node scripts/run-ts.mjs packages/agent/test/support/pack-recording.ts FOLDER NAME.json.gz
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

export const FIXTURES = resolve(import.meta.dirname, '../fixtures/probes');

/** Texts by path, relative to the recording's folder. */
type Packed = Record<string, string>;

const unpacked = new Map<string, string>();

/** Unpacks a recording into a folder that goes with the test file, and at the latest with this process. */
export function unpackRecording(name: string): string {
  const before = unpacked.get(name);
  if (before !== undefined && existsSync(before)) return before;
  const packed = JSON.parse(
    gunzipSync(readFileSync(join(FIXTURES, `${name}.json.gz`))).toString('utf8'),
  ) as Packed;
  const folder = mkdtempSync(join(tmpdir(), `nestwatch-${name}-`));
  if (unpacked.size === 0) process.once('exit', removeUnpacked);
  for (const [path, text] of Object.entries(packed)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  unpacked.set(name, folder);
  return folder;
}

function removeUnpacked(): void {
  for (const folder of unpacked.values()) rmSync(folder, { recursive: true, force: true });
}

function pack(folder: string, to: string): void {
  const packed: Packed = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join(folder, path);
    if (statSync(file).isFile()) packed[relative(folder, file)] = readFileSync(file, 'utf8');
  }
  writeFileSync(to, gzipSync(JSON.stringify(packed, undefined, 1)));
}

const [, program, folder, to] = process.argv;
if (program?.includes('pack-recording') && folder !== undefined && to !== undefined) pack(folder, to);
