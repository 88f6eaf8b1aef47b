import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { waitUntil } from '../local/wait.ts';
import { parseTarget } from './cascade/slow.ts';
import { onlyWord, orderAndWait } from './orders.ts';
import { runningLab } from './running-lab.ts';
import type { LabContext } from './settings.ts';
import { isOfVersion } from './versions/choose.ts';

/** Generous: a kernel in guest3 takes minutes on a busy machine. */
const BOOT_LIMIT_MS = 1_800_000;

/**
 * `npm run lab -- restart guest2 --kernel 6.12`: while the lab runs. Layers end from the deepest up, each after it has
 * written everything out, because the disk of a layer is a file of the one above it.
 */
export async function restartLayer({ config, words, stdout, stderr, signal }: LabContext): Promise<number> {
  const dataDir = config['data.dir'];
  const { layers, releases } = runningLab(dataDir);
  const depth = parseTarget(onlyWord(words, 'guestN'), layers);
  const release = releaseFor(config.kernel, releases);
  const bootsOf = (layer: string) =>
    readFileSync(join(dataDir, 'console.log'), 'utf8').split(`${layer}: kernel up`).length;

  for (let at = layers - 1; at >= depth; at -= 1) {
    stderr.write(`guest${at} ends\n`);
    await orderAndWait(dataDir, at, 'halt', signal);
  }
  for (let at = depth; at < layers; at += 1) {
    const name = `guest${at}`;
    const bootsBefore = bootsOf(name);
    stderr.write(`${name} starts\n`);
    const order = at > depth ? 'child' : ['restart', release].filter(Boolean).join(' ');
    await orderAndWait(dataDir, at - 1, order, signal);
    const isUp = () => bootsOf(name) > bootsBefore;
    await waitUntil(isUp, { what: `the kernel of ${name}`, limitMs: BOOT_LIMIT_MS, signal });
  }
  const withKernel = release === undefined ? '' : ` with ${release}`;
  stdout.write(`guest${depth} is started again${withKernel}\n`);
  return EXIT.ok;
}

/**
 * Kernel that is wanted; undefined for the one that the layer has.
 * @throws UsageError naming those that this lab can boot
 */
export function releaseFor(kernel: readonly string[], releases: readonly string[]): string | undefined {
  const [wanted, ...more] = kernel;
  if (wanted === undefined) return undefined;
  const found = releases.filter((release) => release === wanted || isOfVersion(release, wanted));
  if (found.length === 1 && more.length === 0) return found[0];
  throw new UsageError(
    `--kernel ${kernel.join(',')} is not allowed: give one of ${releases.join(', ')}; "npm run lab -- --spare-kernels 6.12" starts a lab that has another`,
  );
}
