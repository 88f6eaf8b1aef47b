import type { CapabilityShape, GuestShape, HeaderShape } from '@nestwatch/proto';

/** A node as its latest capability report shows it: what the join needs, small enough to keep for each node. */
export interface NodeView {
  readonly node: string;
  /** Display name. */
  readonly name: string;
  /** Boot in which the report was made. */
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
  /** When the report was made, µs of lab time. */
  readonly reportedUs: number;
  readonly guests: readonly GuestView[];
  /** What its agent's own configuration fixes. */
  readonly configuredParent?: string;
  readonly configuredLayer?: number;
  /** When anything was first and last heard of it, µs of lab time. */
  readonly firstSeenUs?: number;
  readonly lastSeenUs?: number;
}

export interface GuestView {
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

/** The view of a decoded report. Times become lab time by the sender's own estimate, where it has one. */
export function viewOf(header: HeaderShape, report: CapabilityShape): NodeView {
  const offsetUs = typeof header.labUs === 'number' ? header.labUs - (header.wallUs ?? 0) : 0;
  const facts = new Map((report.facts ?? []).map((fact) => [fact.fact ?? '', fact]));
  const vendor = facts.get('dmi.vendor')?.value ?? '';
  return {
    node: header.node ?? '',
    name: header.name ?? '',
    boot: header.boot ?? '',
    smbiosUuid: report.identity?.smbiosUuid ?? '',
    machineId: report.identity?.machineId ?? '',
    macs: report.identity?.macs ?? [],
    hostName: report.identity?.hostName ?? '',
    hypervisor: report.hypervisor ?? '',
    hypervisorKnown: report.hypervisor !== '' || facts.get('cpu.under_hypervisor')?.value === 'no',
    cloud: CLOUD_VENDORS.exec(vendor)?.[0] ?? '',
    cpus: report.cpus ?? 0,
    memoryBytes: report.memoryBytes ?? 0,
    reportedUs: (header.wallUs ?? 0) + offsetUs,
    ...(typeof report.bootedWallUs === 'number' && { bootedUs: report.bootedWallUs + offsetUs }),
    ...(typeof report.exitUs === 'number' && report.exitUs > 0 && { exitUs: report.exitUs }),
    ...(report.configuredParent && { configuredParent: report.configuredParent }),
    ...(typeof report.configuredLayer === 'number' && { configuredLayer: report.configuredLayer }),
    guests: (report.guests ?? []).map((guest) => guestViewOf(guest, offsetUs)),
  };
}

function guestViewOf(guest: GuestShape, offsetUs: number): GuestView {
  return {
    guest: guest.guest ?? '',
    uuid: guest.uuid ?? '',
    macs: (guest.nics ?? []).map((nic) => ({ mac: nic.mac ?? '', isDefault: nic.defaultMac ?? false })),
    ...(typeof guest.vcpus === 'number' && { vcpus: guest.vcpus }),
    ...(typeof guest.memoryBytes === 'number' && { memoryBytes: guest.memoryBytes }),
    ...(typeof guest.startedWallUs === 'number' &&
      guest.startedWallUs > 0 && {
        startedUs: guest.startedWallUs + offsetUs,
        startedWallUs: guest.startedWallUs,
      }),
  };
}
