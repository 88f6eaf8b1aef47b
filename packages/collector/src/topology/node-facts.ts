import { defined } from '@nestwatch/common/defined';
import { type CapabilityShape, type GuestShape, ID_PATTERN } from '@nestwatch/proto';
import type { AgentMessage } from '../ingest/decode.ts';

/** What a node's latest capability message says of it: what the join needs, small enough to keep for each node. */
export interface NodeFacts {
  readonly node: string;
  /** Display name. */
  readonly name: string;
  /** Run id of the agent that sent it. Called so because it is stored. */
  readonly boot: string;
  readonly smbiosUuid: string;
  readonly machineId: string;
  readonly macs: readonly string[];
  readonly hostName: string;
  /** As the agent found it: "kvm", "tcg", "vmware" and so on; empty on hardware. */
  readonly hypervisor: string;
  /** False when the hypervisor is unknown, so that an empty one does not mean hardware. */
  readonly hypervisorKnown: boolean;
  /** True when its CPU shows that nothing is underneath; absent when that was not told. */
  readonly noHypervisor?: boolean;
  /** Product by DMI, such as "Standard PC (Q35 + ICH9, 2009)". */
  readonly product?: string;
  /** Maker of the machine where it is a cloud whose hypervisor never has an agent; empty otherwise. */
  readonly cloud: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** What one exit costs it, µs of its own clock. */
  readonly exitUs?: number;
  /** Start of its kernel, µs of lab time. */
  readonly bootedUs?: number;
  /** When the message was made by the node's own estimate, µs of lab time. Nothing is decided by it. */
  readonly reportedUs: number;
  readonly guests: readonly GuestFacts[];
  /** What its agent's own configuration fixes. */
  readonly configuredParent?: string;
  readonly configuredLayer?: number;
  /** When anything was first and last heard of it, µs of the collectors' clock. */
  readonly firstSeenUs?: number;
  readonly lastSeenUs?: number;
  /** Since when it is heard of without a long silence. */
  readonly presentSinceUs?: number;
}

/** What a node says of one of its guests. */
export interface GuestFacts {
  readonly guest: string;
  readonly uuid: string;
  readonly macs: readonly { readonly mac: string; readonly isDefault: boolean }[];
  readonly vcpus?: number;
  readonly memoryBytes?: number;
  /** "kvm" or "tcg", and the type of machine; absent where the command line does not tell. */
  readonly accelerator?: string;
  readonly machine?: string;
  /** Start of its process, µs of lab time, and by the parent's own clock. */
  readonly startedUs?: number;
  readonly startedWallUs?: number;
}

const CLOUD_VENDORS =
  /^(Amazon EC2|Google|DigitalOcean|OpenStack|Alibaba|Tencent|Hetzner|Scaleway|Oracle|Nutanix)/i;
/** QEMU gives its first card the address …:56 on every machine, and the next ones those after it. */
const DEFAULT_MAC_PREFIX = '52:54:00:12:34:';

/** More than any honest node has; what is beyond is not looked at. */
const MOST_GUESTS = 1024;
const MOST_MACS = 64;
const MOST_MACS_OF_GUEST = 16;
const LONGEST_MARK = 256;
/** Deepest layer that a configuration may name. */
export const DEEPEST_CONFIGURED = 16;

/** The facts of a capability message. Times become lab time by the sender's own estimate, where it has one. */
export function factsOf(header: AgentMessage['header'], body: CapabilityShape): NodeFacts {
  const offsetUs = header.labUs === undefined ? 0 : header.labUs - header.wallUs;
  const facts = new Map((body.facts ?? []).map((fact) => [fact.fact ?? '', fact]));
  const vendor = facts.get('dmi.vendor')?.value ?? '';
  const underHypervisor = facts.get('cpu.under_hypervisor')?.value ?? '';
  return {
    node: header.node,
    name: header.name,
    boot: header.runId,
    smbiosUuid: markOf(body.identity?.smbiosUuid),
    machineId: markOf(body.identity?.machineId),
    macs: marksOf(body.identity?.macs, MOST_MACS),
    hostName: markOf(body.identity?.hostName),
    hypervisor: body.hypervisor ?? '',
    hypervisorKnown: body.hypervisor !== '' || underHypervisor === 'no',
    cloud: CLOUD_VENDORS.exec(vendor)?.[0] ?? '',
    cpus: body.cpus ?? 0,
    memoryBytes: body.memoryBytes ?? 0,
    reportedUs: header.wallUs + offsetUs,
    ...defined({
      bootedUs: shifted(body.bootedWallUs, offsetUs),
      exitUs: positive(body.exitUs),
      noHypervisor: underHypervisor === '' ? undefined : underHypervisor === 'no',
      product: markOf(facts.get('dmi.product')?.value) || undefined,
      configuredParent: nodeIdOf(body.configuredParent),
      configuredLayer: configuredLayerOf(body.configuredLayer),
    }),
    guests: (body.guests ?? []).slice(0, MOST_GUESTS).map((guest) => guestFactsOf(guest, offsetUs)),
  };
}

function guestFactsOf(guest: GuestShape, offsetUs: number): GuestFacts {
  const startedWallUs = positive(guest.startedWallUs);
  return {
    guest: markOf(guest.guest),
    uuid: markOf(guest.uuid),
    macs: (guest.nics ?? []).slice(0, MOST_MACS_OF_GUEST).map(({ mac, defaultMac }) => ({
      mac: markOf(mac),
      // Also where a parent says that somebody chose it: machines everywhere have it.
      isDefault: defaultMac === true || isDefaultMac(markOf(mac)),
    })),
    ...defined({
      vcpus: guest.vcpus ?? undefined,
      memoryBytes: guest.memoryBytes ?? undefined,
      accelerator: markOf(guest.accelerator) || undefined,
      machine: markOf(guest.machine) || undefined,
      startedUs: shifted(startedWallUs, offsetUs),
      startedWallUs,
    }),
  };
}

/** A text that may tell machines apart; empty when it is too long to be one. */
function markOf(text: string | null | undefined): string {
  return text === null || text === undefined || text.length > LONGEST_MARK ? '' : text;
}

function marksOf(texts: readonly string[] | null | undefined, most: number): string[] {
  return (texts ?? [])
    .slice(0, most)
    .map(markOf)
    .filter((text) => text !== '');
}

function nodeIdOf(text: string | null | undefined): string | undefined {
  return typeof text === 'string' && ID_PATTERN.test(text) ? text : undefined;
}

function configuredLayerOf(layer: number | null | undefined): number | undefined {
  return typeof layer === 'number' && layer >= 0 && layer <= DEEPEST_CONFIGURED ? layer : undefined;
}

function shifted(us: number | null | undefined, offsetUs: number): number | undefined {
  return us === null || us === undefined ? undefined : us + offsetUs;
}

function positive(value: number | null | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Addresses of a node that are its own: QEMU's default ones are equal everywhere. */
export function ownMacs({ macs }: NodeFacts): string[] {
  return macs.filter((mac) => !isDefaultMac(mac));
}

export function isDefaultMac(mac: string): boolean {
  return mac.startsWith(DEFAULT_MAC_PREFIX);
}
