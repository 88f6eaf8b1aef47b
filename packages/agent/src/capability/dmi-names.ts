/** A hypervisor that a source names. */
export interface Named {
  readonly name: string;
  /** True when no hardware says this, so that it counts also where the CPU shows no hypervisor. */
  readonly sure: boolean;
}

/** What the firmware says it is; undefined where it says nothing. */
export interface FirmwareTexts {
  readonly vendor: string | undefined;
  readonly product: string | undefined;
  readonly bios: string | undefined;
  readonly board: string | undefined;
  /** Version of the product. */
  readonly version: string | undefined;
}

/** "vendor|product" of virtual machines, first match wins. No maker of hardware writes these. */
const MACHINES: readonly (readonly [RegExp, string])[] = [
  [/^(VMware|VMW\b)/, 'vmware'],
  [/^innotek|\|VirtualBox/, 'virtualbox'],
  [/^Microsoft Corporation\|(Virtual Machine|Hyper-V)/, 'hyper-v'],
  [/^Xen\||\|HVM domU/, 'xen'],
  [/^Parallels|\|Parallels/, 'parallels'],
  [/\|Apple Virtualization/, 'apple'],
  // QEMU and KVM of 2010 said this, too; their kernels' clock or CPUID tells.
  [/^Bochs|\|Bochs/, 'bochs'],
  [/^BHYVE|\|BHYVE/i, 'bhyve'],
  // QEMU's Arm and RISC-V boards tell KVM from all else, which may be emulation or another accelerator.
  [/\|QEMU Virtual Machine/, 'qemu'],
  [/^QEMU\||\|KVM( Virtual Machine)?$|^(KubeVirt|Cloud Hypervisor|ChromiumOS\|crosvm)/, 'kvm'],
  [
    /OpenStack|\|KubeVirt|RHEV Hypervisor|\|oVirt Node|\|CloudStack KVM|^DigitalOcean\|Droplet|^Hetzner\|vServer/,
    'kvm',
  ],
];

/** Makers of the firmware alone: where somebody chose the machine's other names. */
const FIRMWARE: readonly (readonly [RegExp, string])[] = [
  [/^innotek/, 'virtualbox'],
  [/^VMware/, 'vmware'],
  [/^Xen$/, 'xen'],
  [/^Parallels/, 'parallels'],
  [/^BHYVE/i, 'bhyve'],
];

/** Owners of clouds, who name their whole machines so as well, and firmware that Chromebooks and QEMU share. */
const CLOUDS =
  /^(Google|Amazon EC2\|(?!.*\.metal)|Alibaba Cloud|Tencent Cloud|Scaleway|Vultr|Exoscale|UpCloud|Linode|Akamai|Huawei Cloud|Nutanix\|AHV|Joyent\|SmartDC HVM)/;
const QEMU_FIRMWARE = /^(SeaBIOS|EFI Development Kit II|Bochs)/;

/** What DMI names, surest first. DMI is text that its maker or owner chose. */
export function namedByDmi({ vendor, product, bios, board, version }: FirmwareTexts): readonly Named[] {
  const machine = `${vendor ?? ''}|${product ?? ''}`;
  const names: Named[] = [];
  const add = (name: string | undefined, sure: boolean) => {
    if (name !== undefined) names.push({ name, sure });
  };
  add(firstMatch(MACHINES, machine), true);
  add(firstMatch(FIRMWARE, bios ?? ''), true);
  if (version?.startsWith('Hyper-V') === true) add('hyper-v', true);
  // VirtualBox keeps this board under another machine's names; Oracle's own servers have it, too.
  if (board === 'Oracle Corporation' && vendor !== board) add('virtualbox', false);
  if (CLOUDS.test(machine) || QEMU_FIRMWARE.test(bios ?? '')) add('kvm', false);
  return names;
}

function firstMatch(table: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}
