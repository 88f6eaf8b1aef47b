import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { waitUntil } from '../local/wait.ts';
import { findHosted } from './cascade/find-machine.ts';
import { withAllBelow } from './cascade/layout.ts';
import { onlyWord, orderAndWait } from './orders.ts';
import { runningLab } from './running-lab.ts';
import type { LabContext } from './settings.ts';
import { isOfVersion } from './versions/choose.ts';

/** Generous: a kernel in guest3 takes minutes on a busy machine. */
const BOOT_LIMIT_MS = 1_800_000;

/**
 * `npm run lab -- restart guest2 --kernel 6.12`: while the lab runs. Machines end from the deepest up, each after it has
 * written everything out, because the disk of a machine is a file of the one that hosts it.
 */
export async function restartLayer({ config, words, stdout, stderr, signal }: LabContext): Promise<number> {
  const dataDir = config['data.dir'];
  const { machines, releases } = runningLab(dataDir);
  const target = findHosted(onlyWord(words, 'guestN'), machines);
  const release = releaseFor(config.kernel, releases);
  const bootsOf = (name: string) =>
    readFileSync(join(dataDir, 'console.log'), 'utf8').split(`${name}: kernel up`).length;
  const inside = withAllBelow(machines, target);

  for (const { name } of inside.toReversed()) {
    stderr.write(`${name} ends\n`);
    await orderAndWait(dataDir, name, 'halt', signal);
  }
  for (const { name, parent = '' } of inside) {
    const bootsBefore = bootsOf(name);
    stderr.write(`${name} starts\n`);
    const order = name === target.name ? ['restart', name, release] : ['child', name];
    await orderAndWait(dataDir, parent, order.filter(Boolean).join(' '), signal);
    const isUp = () => bootsOf(name) > bootsBefore;
    await waitUntil(isUp, { what: `the kernel of ${name}`, limitMs: BOOT_LIMIT_MS, signal });
  }
  const withKernel = release === undefined ? '' : ` with ${release}`;
  stdout.write(`${target.name} is started again${withKernel}\n`);
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
