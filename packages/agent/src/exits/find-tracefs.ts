import { absent, type Found, type Host, known, type Missing, remark, valueIn } from '../host/host.ts';
import { listKvmModules } from '../host/kvm-modules.ts';
import { lockdownOf } from '../host/lockdown.ts';

/** Where tracefs is mounted; before systemd 246 only below debugfs. */
const FOLDERS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
const MOUNT = `mount -t tracefs tracefs ${FOLDERS[0]}`;

/** What a trace of exits needs of this machine's kernel. */
export interface Tracefs {
  readonly folder: string;
  /** Format of kvm_exit, with the names of its reasons. */
  readonly format: string;
  /** Whether the kernel can sum up events by itself (CONFIG_HIST_TRIGGERS). */
  readonly sums: boolean;
  /** Whether it tells exits of guests' guests apart. */
  readonly nested: boolean;
}

/** Finds tracefs and KVM's events in it; otherwise the reason and what to do. */
export async function findTracefs(host: Host): Promise<Found<Tracefs>> {
  if (valueIn(await listKvmModules(host))?.length === 0) {
    return absent('the kvm module is not loaded: this machine hosts no guests');
  }
  let lack: Missing = absent(`tracefs is not mounted: ${MOUNT}`);
  for (const folder of FOLDERS) {
    const names = await host.list(folder);
    if (names.state !== 'known') {
      if (names.state !== 'absent') lack = names;
    } else if (names.value.includes('instances')) return lookInto(host, folder);
  }
  return explain(host, lack);
}

async function lookInto(host: Host, folder: string): Promise<Found<Tracefs>> {
  const events = `${folder}/events/kvm`;
  const format = await host.read(`${events}/kvm_exit/format`);
  if (format.state === 'absent') return remark(format, 'this kernel has no KVM trace events');
  if (format.state !== 'known') return explain(host, format);
  if (!/\bexit_reason;/.test(format.value)) {
    return absent(`${events}/kvm_exit/format: no exit_reason, which KVM provides on x86 only`);
  }
  const files = valueIn(await host.list(`${events}/kvm_exit`)) ?? [];
  const all = valueIn(await host.list(events)) ?? [];
  return known({
    folder,
    format: format.value,
    sums: files.includes('hist'),
    nested: all.includes('kvm_nested_vmexit'),
  });
}

/** What keeps one from tracing, beside what the system call says. */
export async function explain(host: Host, lack: Missing): Promise<Missing> {
  if (lack.state === 'absent') return lack;
  const lockdown = await lockdownOf(host);
  if (lockdown === 'confidentiality' && lack.errno !== 'EACCES') {
    return { ...remark(lack, `kernel lockdown, ${lockdown}, closes tracefs`), state: 'denied' };
  }
  if (lack.state !== 'denied') return lack;
  return remark(lack, 'tracefs requires root');
}
