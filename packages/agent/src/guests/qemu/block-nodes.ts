import type { Argument } from '../arguments.ts';
import { propertiesOf } from '../properties.ts';

export interface BlockNode {
  readonly cache: string;
  readonly format: string;
}

type Values = ReadonlyMap<string, string>;

/** One node of a chain: a filter, a format or a protocol. */
interface Link {
  readonly driver: string;
  readonly direct: string | undefined;
  readonly noFlush: string | undefined;
}

const FORMATS = /^(raw|qcow2?|qed|vmdk|vdi|vhdx|vpc|luks|parallels|bochs|cloop|dmg|vvfat|replication)$/;
/** Nodes may refer to each other in a circle on a broken command line. */
const LONGEST_CHAIN = 16;

/**
 * `-blockdev` nodes by their names. A node stands on another, named or written into it, down to a protocol: libvirt's
 * format on storage, Proxmox's throttle on raw on host_device. A file without a format node is raw.
 */
export function blockNodes(args: readonly Argument[]): [string, BlockNode][] {
  const nodes = new Map(
    propertiesOf(args, 'blockdev').map(({ values }) => [values.get('node-name') ?? '', values] as const),
  );
  return [...nodes].map(([name, values]) => [name, summary(chainFrom(values, '', nodes, []))]);
}

function chainFrom(
  values: Values,
  prefix: string,
  nodes: ReadonlyMap<string, Values>,
  above: Link[],
): Link[] {
  const chain = [
    ...above,
    {
      driver: values.get(`${prefix}driver`) ?? '',
      direct: values.get(`${prefix}cache.direct`),
      noFlush: values.get(`${prefix}cache.no-flush`),
    },
  ];
  if (chain.length >= LONGEST_CHAIN) return chain;
  const below = nodes.get(values.get(`${prefix}file`) ?? '');
  if (below !== undefined) return chainFrom(below, '', nodes, chain);
  return values.has(`${prefix}file.driver`) ? chainFrom(values, `${prefix}file.`, nodes, chain) : chain;
}

/** Flushes end at the first node that ignores them; the host's cache is avoided where the file is opened, last. */
function summary(chain: readonly Link[]): BlockNode {
  const direct = chain.findLast((link) => link.direct !== undefined)?.direct;
  const noFlush = chain.some((link) => link.noFlush === 'on');
  return {
    cache: cacheName(direct === 'on', noFlush),
    format: chain.find(({ driver }) => FORMATS.test(driver))?.driver ?? 'raw',
  };
}

/** QEMU's names for its two switches: host page cache avoided, flushes ignored. */
export function cacheName(direct: boolean, noFlush: boolean): string {
  if (noFlush) return 'unsafe';
  return direct ? 'none' : 'writeback';
}
