import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Package } from '@nestwatch/common/invite/offer';
import { parsePackages } from '../../../invite/packages-list.ts';
import { type Machine, textOf } from '../machine.ts';
import { PACKAGES } from '../places.ts';
import type { Step } from '../step.ts';

const LIST = 'manifest.json';

/** Packages of the agent, which guests fetch. @param from folder that has them; undefined: they are there already */
export function guestPackagesStep(machine: Machine, from: string | undefined): Step {
  const there = () => textOf(machine, `${PACKAGES}/${LIST}`);
  return {
    name: 'guest-packages',
    what: `packages for guests in ${PACKAGES}`,
    isDone() {
      if (from !== undefined) {
        filesIn(listIn(from), from);
        return there() === listIn(from);
      }
      if (packagesHere(machine).length > 0) return true;
      throw new UsageError(
        `${PACKAGES} has no packages for guests: give --packages FOLDER, such as dist/packages of "npm run package"`,
      );
    },
    make() {
      const folder = from ?? '';
      const files = filesIn(listIn(folder), folder);
      mkdirSync(machine.at(PACKAGES), { recursive: true });
      for (const { file, sha256 } of files)
        copyChecked(join(folder, file), join(machine.at(PACKAGES), file), sha256);
      // Last: what it lists is there.
      copyFileSync(join(folder, LIST), join(machine.at(PACKAGES), LIST));
      return { files: files.map(({ file }) => file) };
    },
    undo({ files }) {
      const folder = machine.at(PACKAGES);
      for (const each of [LIST, ...(files as string[])]) rmSync(join(folder, each), { force: true });
      if (readdirSync(folder).length > 0) return `${PACKAGES}, which contains other files`;
      rmdirSync(folder);
      return undefined;
    },
  };
}

/** What guests can fetch from here; empty where there is nothing. */
export function packagesHere(machine: Machine): readonly Package[] {
  return parsePackages(textOf(machine, `${PACKAGES}/${LIST}`) ?? '')?.files ?? [];
}

function listIn(folder: string): string {
  try {
    return readFileSync(join(folder, LIST), 'utf8');
  } catch (error) {
    throw new UsageError(`--packages ${folder} has no packages: ${messageOf(error)}`, { cause: error });
  }
}

function filesIn(text: string, folder: string): readonly Package[] {
  const files = parsePackages(text)?.files;
  if (files === undefined) {
    throw new UsageError(
      `${folder}/${LIST} lists no self-contained agent, which guests install: "npm run package" makes it where binutils is installed`,
    );
  }
  return files;
}

function copyChecked(from: string, to: string, sha256: string): void {
  const found = createHash('sha256').update(readFileSync(from)).digest('hex');
  if (found !== sha256) throw new UsageError(`${from} does not match ${LIST} (SHA-256 ${found})`);
  copyFileSync(from, to);
}
