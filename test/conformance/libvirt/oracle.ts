import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseQemu } from '@nestwatch/agent/guests/qemu/guest';
import type { GuestShape } from '@nestwatch/proto';
import type { Answer } from '../comparison.ts';
import { parseXml } from '../xml.ts';
import { fieldsOfDomain, type GuestFields, sorted } from './domain.ts';
import { shellWords, withoutEnvironment } from './words.ts';

const FOLDER = 'tests/qemuxmlconfdata';

/** libvirt's command lines for QEMU, each beside the description that libvirt made it from. */
export function compareWithLibvirt(source: string): Answer[] {
  const folder = join(source, FOLDER);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.args'))
    .sort()
    .flatMap((name) => compareOne(folder, name.slice(0, -'.args'.length)));
}

function compareOne(folder: string, name: string): Answer[] {
  const description = descriptionOf(folder, name);
  if (description === undefined) return [];
  const theirs = fieldsOfDomain(parseXml(readFileSync(description, 'utf8')));
  const words = withoutEnvironment(shellWords(readFileSync(join(folder, `${name}.args`), 'utf8')));
  const ours = fieldsOfGuest(parseQemu(words)?.guest ?? {});
  return Object.entries(theirs).map(([field, value]) => ({
    case: name,
    field,
    theirs: value,
    ours: ours[field as keyof GuestFields],
  }));
}

/** With libvirt's defaults written out, which lies beside it under the whole name; else as a user wrote it. */
function descriptionOf(folder: string, name: string): string | undefined {
  return [name, name.replace(/\.abi-update$/, ''), name.split('.')[0] ?? name]
    .map((each) => join(folder, `${each}.xml`))
    .find((file) => existsSync(file));
}

function fieldsOfGuest(guest: GuestShape): GuestFields {
  const disks = guest.disks ?? [];
  return {
    name: guest.guest ?? '',
    uuid: guest.uuid ?? '',
    vcpus: String(guest.vcpus ?? ''),
    memory: String(guest.memoryBytes ?? ''),
    macs: sorted((guest.nics ?? []).map(({ mac }) => mac ?? '')),
    accelerator: guest.accelerator ?? '',
    disks: sorted(disks.map(({ bus }) => bus ?? '')),
    caches: sorted(disks.map(({ bus, cache }) => `${bus}:${cache}`)),
  };
}
