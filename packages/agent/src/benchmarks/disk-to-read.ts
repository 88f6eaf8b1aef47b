import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { absent, type Found, type Host, known, unknown } from '../host/host.ts';

export interface Disk {
  readonly path: string;
  readonly kind: 'device' | 'file';
  readonly bytes: number;
}

const SECTOR_BYTES = 512;

/** The device or file that is configured, else the whole disk that holds the root file system. */
export async function findDiskToRead(host: Host, configured: string): Promise<Found<Disk>> {
  if (configured !== '') return inspect(host, configured);
  const mountinfo = await host.read('/proc/self/mountinfo');
  if (mountinfo.state !== 'known') return mountinfo;
  const root = parseRootMount(mountinfo.value);
  if (root === undefined) return unknown('/proc/self/mountinfo: no root file system found');
  const advice = 'name a device or file in benchmarks.device';
  if (root.major === 0) {
    // btrfs has a device number of its own; overlay, tmpfs and the like have no device at all.
    if (!root.source.startsWith('/dev/')) return absent(`/ is ${root.type}, which has no disk; ${advice}`);
    return inspect(host, join('/dev', await wholeDisk(host, basename(root.source))));
  }
  const link = await host.link(`/sys/dev/block/${root.major}:${root.minor}`);
  if (link.state !== 'known') return absent(`${link.reason}; ${advice}`);
  return inspect(host, join('/dev', await wholeDisk(host, basename(link.value))));
}

/** The last file system mounted on "/" in /proc/self/mountinfo (proc(5)). */
export function parseRootMount(mountinfo: string) {
  const match = [...mountinfo.matchAll(/^\d+ \d+ (\d+):(\d+) \S+ \/ .* - (\S+) (\S+)/gm)].at(-1);
  if (match === undefined) return undefined;
  const [, major, minor, type = '', source = ''] = match;
  return { major: Number(major), minor: Number(minor), type, source };
}

/** vda1 → vda: the parent folder in sysfs of what says that it is a partition. */
async function wholeDisk(host: Host, name: string): Promise<string> {
  const partition = await host.read(`/sys/class/block/${name}/partition`);
  const link = await host.link(`/sys/class/block/${name}`);
  if (partition.state !== 'known' || link.state !== 'known') return name;
  return basename(join(link.value, '..'));
}

/** By its device number, since a node may have any name and stand anywhere, such as below /dev/disk/by-id. */
async function inspect(host: Host, path: string): Promise<Found<Disk>> {
  let device: number;
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isBlockDevice()) {
      return absent(`${path} is neither a block device nor a file`);
    }
    await (await open(path, 'r')).close();
    if (found.isFile()) return known({ path, kind: 'file', bytes: found.size });
    device = found.rdev;
  } catch (error) {
    return absent(`${path}: ${errnoOf(error) ?? messageOf(error)}`);
  }
  const sectors = await host.read(`/sys/dev/block/${deviceNumber(device)}/size`);
  if (sectors.state !== 'known') return sectors;
  return known({ path, kind: 'device', bytes: Number(sectors.value.trim()) * SECTOR_BYTES });
}

/** "major:minor" of stat(2)'s st_rdev, which holds the low 8 and the upper bits of the minor apart (makedev(3)). */
export function deviceNumber(rdev: number): string {
  const bits = BigInt(rdev);
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & ~0xfffn);
  const minor = (bits & 0xffn) | ((bits >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
