import type { GuestFacts, NodeFacts } from './node-facts.ts';

/** Hypervisors that no QEMU, Firecracker or Cloud Hypervisor passes itself off as. */
const FOREIGN: ReadonlySet<string> = new Set([
  'vmware',
  'virtualbox',
  'parallels',
  'bhyve',
  'acrn',
  'qnx',
  'jailhouse',
]);
/** Clouds whose machines nobody else runs: OpenStack and Nutanix may run on a hypervisor that has an agent. */
const PRIVATE_CLOUDS = /^(OpenStack|Nutanix)/i;

/**
 * What a node's own word says against being this guest, whatever UUID or address agrees: as a part of a sentence that
 * begins with the node. Undefined when nothing does.
 */
export function denialOf(node: NodeFacts, guest: GuestFacts): string | undefined {
  if (showsNoHypervisor(node)) return 'its CPU shows no hypervisor';
  if (FOREIGN.has(node.hypervisor)) return `it runs on ${node.hypervisor}`;
  if (node.cloud !== '' && !PRIVATE_CLOUDS.test(node.cloud)) return `it is a machine of ${node.cloud}`;
  if (node.hypervisor === 'tcg' && guest.accelerator === 'kvm') return 'its CPU is an emulated one';
  const [chipset, listed] = [chipsetOf(node.product ?? ''), chipsetOf(guest.machine ?? '')];
  if (chipset !== undefined && listed !== undefined && chipset !== listed) return `its chipset is ${chipset}`;
  return undefined;
}

/**
 * The same for what may be so later: CPUs and memory can be plugged in while a guest runs. It counts against a claim that
 * is new, and not against one that was accepted before.
 */
export function outgrownBy(node: NodeFacts, { vcpus, memoryBytes }: GuestFacts): string | undefined {
  if (vcpus !== undefined && node.cpus > vcpus) return `it has ${node.cpus} CPUs instead of ${vcpus}`;
  if (memoryBytes !== undefined && node.memoryBytes > memoryBytes) return 'it has more memory';
  return undefined;
}

function showsNoHypervisor({ noHypervisor, hypervisor, hypervisorKnown }: NodeFacts): boolean {
  return noHypervisor ?? (hypervisor === '' && hypervisorKnown);
}

/** From a name of QEMU's ("pc-q35-7.2") or from DMI ("Standard PC (Q35 + ICH9, 2009)"). */
function chipsetOf(text: string): 'q35' | 'i440fx' | undefined {
  if (/^(pc-)?q35|^Standard PC \(Q35/.test(text)) return 'q35';
  return /^pc(-\d|-i440fx|$)|^Standard PC \(i440FX/.test(text) ? 'i440fx' : undefined;
}
