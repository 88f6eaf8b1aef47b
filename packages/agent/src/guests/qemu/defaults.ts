/** What a machine of QEMU has when nobody asks for something else. */
export interface MachineDefaults {
  /** Bus of disks that name none; undefined where QEMU attaches them to nothing. */
  readonly diskBus: string | undefined;
  /** Network card of a machine for which no network was asked; undefined for none. */
  readonly nic: string | undefined;
  /** Undefined where something else gives the memory. */
  readonly memoryBytes: number | undefined;
}

const MIB = 2 ** 20;
const OTHERS: MachineDefaults = { diskBus: 'ide', nic: undefined, memoryBytes: 128 * MIB };

/** By machine type, first match wins; an empty one is the PC of the x86 programs. */
const MACHINES: readonly (readonly [RegExp, Partial<MachineDefaults>])[] = [
  [/q35/, { diskBus: 'sata', nic: 'e1000e' }],
  [/^$|^pc/, { nic: 'e1000' }],
  [/^isapc/, { nic: 'ne2k_isa' }],
  [/^microvm/, { diskBus: undefined }],
  // Xen's toolstack builds the guest and says what QEMU is to add.
  [/^xenfv/, { memoryBytes: undefined }],
  [/^xenpv/, { diskBus: 'xen', memoryBytes: undefined }],
  [/^s390/, { diskBus: 'virtio', nic: 'virtio' }],
  [/^virt\b/, { diskBus: 'virtio', nic: 'virtio' }],
  [/^pseries/, { diskBus: 'scsi', nic: 'spapr-vlan', memoryBytes: 512 * MIB }],
  [/^(versatile|realview|SS-|LX$)/, { diskBus: 'scsi' }],
  [/^raspi/, { diskBus: 'sd', memoryBytes: 1024 * MIB }],
  [/^(vexpress|sabrelite|bpim2u|orangepi)/, { diskBus: 'sd' }],
  [/^sbsa/, { diskBus: 'sata', memoryBytes: 1024 * MIB }],
];

/** Defaults of a machine type, such as "pc-q35-7.2", as QEMU's hw/ has them. */
export function defaultsOf(machine: string): MachineDefaults {
  return { ...OTHERS, ...MACHINES.find(([types]) => types.test(machine))?.[1] };
}

/** The type that a program makes when none is named; empty for the PC and where QEMU would refuse to start. */
export function defaultMachine(program: string): string {
  if (/s390x/.test(program)) return 's390-ccw-virtio';
  return /ppc64/.test(program) ? 'pseries' : '';
}
