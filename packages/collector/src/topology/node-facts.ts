import { defined } from '@nestwatch/common/defined';
import type { CapabilityShape, GuestShape } from '@nestwatch/proto';
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
  /** False when the hypervisor could not be told, so that an empty one does not mean hardware. */
  readonly hypervisorKnown: boolean;
  /** Maker of the machine where it is a cloud whose hypervisor never has an agent; empty otherwise. */
  readonly cloud: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** What one exit costs it, µs of its own clock. */
  readonly exitUs?: number;
  /** Start of its kernel, µs of lab time. */
  readonly bootedUs?: number;
  /** When the message was made, µs of lab time. */
  readonly reportedUs: number;
  readonly guests: readonly GuestFacts[];
  /** What its agent's own configuration fixes. */
  readonly configuredParent?: string;
  readonly configuredLayer?: number;
  /** When anything was first and last heard of it, µs of lab time. */
  readonly firstSeenUs?: number;
  readonly lastSeenUs?: number;
}

/** What a node says of one of its guests. */
export interface GuestFacts {
  readonly guest: string;
  readonly uuid: string;
  readonly macs: readonly { readonly mac: string; readonly isDefault: boolean }[];
  readonly vcpus?: number;
  readonly memoryBytes?: number;
  /** Start of its process, µs of lab time, and by the parent's own clock. */
  readonly startedUs?: number;
  readonly startedWallUs?: number;
}

const CLOUD_VENDORS =
  /^(Amazon EC2|Google|DigitalOcean|OpenStack|Alibaba|Tencent|Hetzner|Scaleway|Oracle|Nutanix)/i;
/** QEMU gives its first card the address …:56 on every machine, and the next ones those after it. */
const DEFAULT_MAC_PREFIX = '52:54:00:12:34:';

/** The facts of a capability message. Times become lab time by the sender's own estimate, where it has one. */
export function factsOf(header: AgentMessage['header'], body: CapabilityShape): NodeFacts {
  const offsetUs = header.labUs === undefined ? 0 : header.labUs - header.wallUs;
  const facts = new Map((body.facts ?? []).map((fact) => [fact.fact ?? '', fact]));
  const vendor = facts.get('dmi.vendor')?.value ?? '';
  return {
    node: header.node,
    name: header.name,
    boot: header.runId,
    smbiosUuid: body.identity?.smbiosUuid ?? '',
    machineId: body.identity?.machineId ?? '',
    macs: body.identity?.macs ?? [],
    hostName: body.identity?.hostName ?? '',
    hypervisor: body.hypervisor ?? '',
    hypervisorKnown: body.hypervisor !== '' || facts.get('cpu.under_hypervisor')?.value === 'no',
    cloud: CLOUD_VENDORS.exec(vendor)?.[0] ?? '',
    cpus: body.cpus ?? 0,
    memoryBytes: body.memoryBytes ?? 0,
    reportedUs: header.wallUs + offsetUs,
    ...defined({
      bootedUs: shifted(body.bootedWallUs, offsetUs),
      exitUs: positive(body.exitUs),
      configuredParent: body.configuredParent || undefined,
      configuredLayer: body.configuredLayer ?? undefined,
    }),
    guests: (body.guests ?? []).map((guest) => guestFactsOf(guest, offsetUs)),
  };
}

function guestFactsOf(guest: GuestShape, offsetUs: number): GuestFacts {
  const startedWallUs = positive(guest.startedWallUs);
  return {
    guest: guest.guest ?? '',
    uuid: guest.uuid ?? '',
    macs: (guest.nics ?? []).map((nic) => ({ mac: nic.mac ?? '', isDefault: nic.defaultMac ?? false })),
    ...defined({
      vcpus: guest.vcpus ?? undefined,
      memoryBytes: guest.memoryBytes ?? undefined,
      startedUs: shifted(startedWallUs, offsetUs),
      startedWallUs,
    }),
  };
}

function shifted(us: number | null | undefined, offsetUs: number): number | undefined {
  return us === null || us === undefined ? undefined : us + offsetUs;
}

function positive(value: number | null | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Addresses of a node that are its own: QEMU's default ones are equal everywhere. */
export function ownMacs({ macs }: NodeFacts): string[] {
  return macs.filter((mac) => !mac.startsWith(DEFAULT_MAC_PREFIX));
}
