import { sources } from '@nestwatch/agent/capability/facts/index';
import { rules } from '@nestwatch/agent/capability/rules/index';
import { conformanceSection } from './conformance.ts';
import { code, markdownTable } from './markdown.ts';

const INTRO = `# Capability and topology

What a node can host, how that is found out, and how the tree of a lab is joined. The tables of facts and rules are made
from the code by \`npm run docs\`.

## nestwatch-agent check

\`nestwatch-agent check\` tells at once what a machine can host. It needs no NATS, no configuration and no root; root sees
more. Exit code 0: good. 1: it hosts guests, with warnings. 2: it can not host guests.

| option | meaning |
| --- | --- |
| \`--json\` | verdicts, facts and guests as JSON |
| \`--facts\` | also every fact, or why it is not known |
| \`--boot\` | also start a tiny guest under KVM: a firmware of four instructions under the installed QEMU |
| \`--compare\` | also what kvm-ok, virt-host-validate and systemd-detect-virt say, and why we differ |
| \`--record FILE\` | also write everything that was read to a file: send it along with a report of a wrong verdict |

Evidence is graded: the CPU shows vmx or svm; a module of KVM is loaded; the node /dev/kvm exists; it *opens*; a guest
really runs (only with \`--boot\`). A flag alone proves nothing (firmware, blacklist, rights), and its absence disproves
nothing either: software KVM (\`kvm_pvm\`) needs no flag. So opening the device decides.

The agent reports the same at its start, when something changes and hourly. What changed is an event; facts are kept in
the state folder, so that what a reboot changed is an event too. \`nestwatch_capability\`, \`nestwatch_fact\`,
\`nestwatch_verdict\` and \`nestwatch_guest\` hold it in InfluxDB ([metrics](metrics.md)).

Below the verdicts stands what is known to be wrong with the running kernel, and whether it is open here
([known issues](known-issues.md)). Pipelines ask with \`--require can-host,nested,no-known-escape\`.

| verdict | meaning |
| --- | --- |
| PASS | as it should be |
| INFO | worth knowing; nothing need be done |
| WARN | it works, but slower, or less safely, than it could |
| FAIL | keeps guests from running here, or lets a guest out |
| UNKNOWN | could not be found out, and the summary says why |
`;

const RULES = `## Rules

One file for each subject in \`packages/agent/src/capability/rules\`. A question that does not arise (VMCS shadowing on AMD, snapshots of
hardware) gets no verdict. Advice says who can follow it: this node, or its parent.
`;

const FACTS = `## Facts

One file for each subject in \`packages/agent/src/capability/facts\`. A fact that is not known says \`absent\` (there is no such
thing here), \`denied\` (it may not be read) or \`unknown\` (it was not understood), with the reason; never 0 and never "no".
`;

const READ_RIGHT = `## Read right

What the parsers make of texts that other machines and projects have: lines of public reports, and inputs that we wrote after
the sources named here, a few of them from memory of these. All are tests, and all are right: they show which kinds are known,
and not how many of other machines would be right. For that there is \`npm run conformance\`.

| what | inputs | sources | where |
| --- | ---: | --- | --- |
| OOM kills, each counted once | 24 | Linux mm/oom_kill.c, 2.6.18 to 6.1 | \`packages/agent/test/fixtures/kernel-messages\` |
| clocksources: unstable, switched, an ordinary start | 38 | Linux kernel/time/clocksource.c and arch/x86/kernel/tsc.c, 2.6.24 to 7.1 | same |
| RCU stalls of all flavours; errors of disks and file systems; what looks alike | 99 | Linux kernel/rcu, block, fs, drivers/nvme, scsi, ata, md, 2.6.18 to 6.6 | same |
| lockups, hung tasks, long interrupts | 18 | Linux kernel/watchdog.c, hung_task.c, workqueue.c, 2.6.18 to 7.1 | same |
| logs of installers and of the first boot | 25 | installers of Debian and Ubuntu, anaconda, YaST, Calamares, osbuild, cloud-init | \`packages/agent/test/fixtures/install-logs\` |
| buses of disks, Hyper-V's among them | 24 | paths of /sys/block in public reports | \`packages/agent/test/capability/facts/devices.test.ts\` |
| UUIDs that identify, and fillers | 33 | inventories' lists of refused UUIDs, boards' firmware | \`packages/agent/test/host/identity/identity.test.ts\` |
| choices such as \`defer+madvise\` | 9 | Linux mm/huge_memory.c, mm/shmem.c | \`packages/agent/test/host/choice.test.ts\` |
| command lines: which accelerator is used | 15 | QEMU system/vl.c, qemu-options.hx, accel; packer, CoreOS | \`packages/agent/test/fixtures/real-world\` |
| command lines: memory and CPUs that are added | 18 | QEMU hw and docs, libvirt, Proxmox, Cloud Hypervisor | same |
| command lines: other monitors, names and defaults; disks | 39 | QEMU hw and docs, libvirt, Kata, Xen, SPDK, Android, crosvm, kvmtool | same |
| names of CPUs: a model of QEMU's, or the CPU's own | 112 | QEMU target/i386/cpu.c, 0.12 to 10.0; names of real CPUs | same |
| hypervisor or hardware, and which | 84 | tests of virt-what, dumps of util-linux's lscpu, systemd's virt.c and its issues, QEMU's boards | \`packages/agent/test/fixtures/underneath\` |
| modprobe.d, the kernel's command line, modules that are built in | 27 | kmod's libkmod and its tests, modprobe.d(5), Linux kernel/module | \`packages/agent/test/capability/modprobe.test.ts\` |
| containers, and what is none | 28 | mount tables in public reports, systemd's virt.c and container interface, podman, buildah | \`packages/agent/test/capability/container.test.ts\` |
| whose kernel it is, and its version at kernel.org; made-up ones | 35 | how 19 distributions and builders name their kernels | \`packages/agent/test/host/kernel-identity\` |
| EPT and NPT under kernels from 2.6.32 on | 11 | Linux arch/x86/kernel/cpu/intel.c and feat_ctl.c | \`packages/agent/test/capability/old-kernels.test.ts\` |
`;

const TOPOLOGY = `## Topology

**Guests.** A node finds its running guests in /proc: QEMU (by hand, by libvirt, Nova, KubeVirt, Proxmox, Incus, Kata; also as
Xen's device model and as the Android emulator), Firecracker, Cloud Hypervisor, crosvm and kvmtool, with name, UUID, MAC
addresses, vCPUs, memory, accelerator, CPU model, disks, network cards and start time. Memory and CPUs that are plugged in at
the start count, storage in the place of memory (nvdimm, virtio-pmem) does not; what was plugged in later is not seen. Where
several accelerators were allowed, what the process holds open tells which it uses. A guest that starts, stops or is started
again is an event. A monitor that is told its guest through an API (Firecracker without \`--config-file\`, Kata's Cloud
Hypervisor) counts as a guest once virtual CPUs run in it; of such a guest only the name and the vCPUs can be seen, and of one
that is told in a file (Incus, LXD) the name and UUID.

**Join.** The collector joins parents' guests with nodes' own identities, strongest evidence first:

| evidence | meaning |
| --- | --- |
| configuration | \`topology.overrides\` of the collector, else \`parent\` and \`layer\` of the agent |
| uuid | the guest's UUID is the node's SMBIOS UUID |
| mac | an address that somebody chose for the guest is the node's |
| name | the guest is named like the node or its host, and nothing speaks against it |
| default-mac | only QEMU's default address (52:54:00:12:34:56 and up) agrees, and nothing speaks against it |

Against it speak: another UUID, no address in common, more CPUs than the guest has, memory that does not fit, a kernel
that started before the guest. Nothing is guessed: when two guests fit equally, the parent stays open and
\`nestwatch_topology\` says why. Give guests MAC addresses or UUIDs of their own, or configure the parent.

**Claims.** A node that lists a guest by what is another node's *claims* that node. A UUID or an address is no secret, so a
claim is believed only where both sides agree, and it is then *accepted*:

- A node whose CPU shows no hypervisor (\`cpu.under_hypervisor\`) accepts no parent. Where the hypervisor hides itself, say so
  with \`parent\` in the agent's own file, or by \`nestwatch accept\`. Nor does a node accept one that is on VMware or the like,
  or a machine of a public cloud, or has another chipset, more CPUs or more memory than the guest (CPUs and memory
  that are plugged in later change nothing), or on which the claiming node itself runs, or ran last. Claims in a circle are all refused.
- An accepted claim stays while its parent lists the node, whoever else claims it, and whether the node is on or off. With none
  accepted, of several claims none counts, and the layer is unknown.
- When the parent does not list the node any more, one other node that lists it takes over: at once when it did not claim it
  before, and else when the node was heard of for a minute more. So a live migration goes on by itself. When the parent is
  silent, one takes over that claims the node since and in which it was started again, after fifteen minutes.
- A node that stood for itself on an opaque root while the other node was there too, and was not started again since, goes to
  that one only by \`nestwatch accept\`. A hypervisor whose agent is new to the lab gets its guests by itself.
- Clones do not take an accepted place, and a node id takes over that of a silent one only where it was not heard of before that fell
  silent.

What is disputed is an event and the alert \`identity-conflict\`, which name all claimants; \`nestwatch accept --list\` shows it.
An operator decides:

    nestwatch accept lab1 guest2 --parent guest1    # guest1 runs it; nobody else who claims it now
    nestwatch accept lab1 big-iron --parent none    # nobody runs it

Each change of a layer or parent is an event with its reason. Times are the collectors', of when a message was received: what
a node says of the time moves nothing. An old capability that comes late changes nothing: within a run of the agent the
sequence number tells, between runs which was later. Of one node at most 1024 guests and 64 addresses are looked at.

**Layers.** A node on hardware, or on a CPU emulator (QEMU's TCG), is layer 0. A node on VMware, Hyper-V, Xen, VirtualBox
or a cloud stands on an *opaque root*: it is layer 1, and ratios to layer 0 are unknown, also where another root of the
lab has a layer 0. So does a guest of KVM whose parent has not reported within ten minutes. Until then its layer is
unknown; tables show \`≥1\` and why, and nothing is stored under a layer that may turn out wrong when the parent's agent
starts late.

**Cost of depth.** In layer 3 and below a node is advised to consider one layer less, with what an exit costs here and how
many times its parent's that is. The parent's figure comes from its last message, by way of the collector, with the layer position.

**Exits in cycles.** What an exit costs a guest in a guest (layer 2) is held against what is published for its CPU in the same layer
with a fixed kernel: CPUID takes 6,850 cycles on Skylake-X, 9,000 on Ice Lake-X and 7,900 on Emerald Rapids (11,650, 22,350 and
28,850 without the fix; commit 1201f226c863). From 1.6 times on \`exit-cost\` warns. For orientation in other layers: a hypercall took 1,575,
37,733 and 857,578 cycles in layers 1, 2 and 3 (DVH, ASPLOS 2020), and CPUID under KVM on Hyper-V 18,890, with eVMCS 8,304. Cycles are those of the
time-stamp counter, whose rate a kernel writes as half of bogomips.

**Identity.** The node id is the configured one, else the SMBIOS UUID, else machine-id and MAC address. The machine-id itself
never leaves the machine: what is sent is derived from it by a keyed hash, as machine-id(5) asks. Two nodes with one UUID,
address or machine-id, and two running agents under one node id, are told as duplicates. A node that came back under
another id takes the place of the silent one after fifteen minutes.

**Overrides**, in the collector's configuration file:

    topology:
      overrides:
        lab1/guest2: { parent: guest1 }
        lab1/big-iron: { layer: 0 }

They win over all claims and decisions. The layer of an override counts for the nodes below as well; \`layer\` in an agent's own
file counts for that node alone.

**Boot time.** \`nestwatch_guest_boot\` is the time from the start of a guest's process at its parent to its first report.
`;

/** docs/reference/capability.md. */
export function capabilityDocument(): string {
  const ruleTable = markdownTable(
    ['rule', 'question', 'rests on'],
    rules.map(({ name, question, source }) => [code(name), question, source]),
  );
  const factTable = markdownTable(
    ['fact', 'meaning', 'source'],
    Object.values(sources).flatMap((source) =>
      Object.entries(source.about).map(([name, about]) => [
        code(`${source.name}.${name}`),
        about.meaning,
        about.source,
      ]),
    ),
  );
  return [INTRO, RULES, ruleTable, FACTS, factTable, READ_RIGHT, conformanceSection(), TOPOLOGY].join('\n');
}
