import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { top } from '../../local/top.ts';
import { makeExt4 } from '../image/ext4.ts';
import type { LayerParts } from '../image/system-image.ts';
import { KERNEL_WORDS } from './kernel-words.ts';
import { guestsOf, type Machine, type Machines, withAllBelow } from './layout.ts';

const MIB = 1024 * 1024;

/** What the configuration disk holds. */
export interface ConfigDisk {
  machines: readonly Machine[];
  /** Kernel and QEMU of each layer. */
  parts: readonly LayerParts[];
  /** Environment of every agent. */
  agentEnv: Readonly<Record<string, string>>;
  /** Machines that run their guests without nested paging, by name. */
  withoutNestedPaging: readonly string[];
  /** Further lines of lab.env, by name, and programs in works/. */
  more?: { env: Readonly<Record<string, string>>; works: ReadonlyMap<string, Buffer> };
  /** Without the agent: layers wait for an invitation. */
  bare?: boolean;
}

/** The files of the configuration disk by path: scripts, agent, settings. */
export async function configFiles(content: ConfigDisk): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const scripts = join(top, 'deploy/lab/guest');
  for (const script of (await readdir(scripts)).sort()) {
    files.set(script, await readFile(join(scripts, script)));
  }
  const agent = 'nestwatch-agent.mjs';
  if (!content.bare) files.set(agent, await readFile(join(top, 'dist', agent)));
  files.set('lab.env', Buffer.from(labEnv(content)));
  const agentEnv = Object.entries(content.agentEnv).map(
    ([name, value]) => `export ${name}=${quote(value)}\n`,
  );
  files.set('agent.env', Buffer.from(agentEnv.join('')));
  for (const [name, program] of content.more?.works ?? []) files.set(`works/${name}`, program);
  return files;
}

/** Makes the disk with what differs from run to run. All layers share it, read-only. */
export async function makeConfigDisk(tree: string, work: string, content: ConfigDisk): Promise<string> {
  return writeConfigDisk(tree, work, await configFiles(content));
}

/** Makes the configuration disk of these files. */
export async function writeConfigDisk(
  tree: string,
  work: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<string> {
  const folder = join(work, 'config');
  await makeEmpty(folder);
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o755 });
  }
  const disk = join(work, 'config.ext4');
  await makeExt4(tree, disk, { sizeBytes: 16 * MIB, from: folder, label: 'config' });
  return disk;
}

/** Makes guest0's writable disk, which holds those of its guests as files, and so on: so no layer has to make one. */
export async function makeScratchDisk(tree: string, work: string, machines: Machines): Promise<string> {
  const outer = join(work, 'scratch.ext4');
  const make = async (machine: Machine, disk: string) => {
    const folder = join(work, `scratch-${machine.name}`);
    await makeEmpty(folder);
    for (const guest of guestsOf(machines, machine)) await make(guest, join(folder, `${guest.name}.ext4`));
    await makeExt4(tree, disk, { sizeBytes: machine.scratchMib * MIB, from: folder, label: 'scratch' });
    await rm(folder, { recursive: true, force: true });
  };
  await make(machines[0], outer);
  return outer;
}

async function makeEmpty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

function labEnv({ machines, parts, withoutNestedPaging, more, bare }: ConfigDisk): string {
  return [
    ...machines.flatMap((machine) => {
      const { id, depth, name, memoryMib, mac } = machine;
      const guests = guestsOf(machines, machine).map((guest) => guest.id);
      const inside = withAllBelow(machines, machine).map((each) => each.name);
      return [
        ...[`DEPTH_${id}=${depth}`, `NAME_${id}=${name}`, `MEMORY_${id}=${memoryMib}`, `MAC_${id}=${mac}`],
        ...[`GUESTS_${id}='${guests.join(' ')}'`, `INSIDE_${id}='${inside.join(' ')}'`],
        ...(withoutNestedPaging.includes(name) ? [`WITHOUT_NPT_${id}=1`] : []),
      ];
    }),
    ...parts.map(({ release }, depth) => `KERNEL_${depth}=${release}`),
    ...parts.map(({ qemu }, depth) => `QEMU_${depth}=${qemu}`),
    `KERNEL_WORDS=${quote(KERNEL_WORDS.join(' '))}`,
    ...Object.entries(more?.env ?? {}).map(([name, value]) => `${name}=${quote(value)}`),
    ...(bare === true ? ['BARE=1'] : []),
    '',
  ].join('\n');
}

const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
