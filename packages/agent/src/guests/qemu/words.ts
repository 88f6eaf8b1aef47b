import type { Argument } from '../arguments.ts';

/**
 * QEMU's options in their order. As QEMU does: an option that takes a value takes the next word, whatever it is, and a
 * word that belongs to none is a disk, here as option "disk". Options of forks take a word that looks like a value.
 */
export function parseQemuArguments(words: readonly string[]): Argument[] {
  const found: Argument[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const option = OPTION.exec(word);
    const next = words[at + 1];
    if (option?.[1] === undefined) found.push(['disk', [word]]);
    else if (option[2] !== undefined) found.push([option[1], [option[2]]]);
    else if (next === undefined || !takes(option[1], next)) found.push([option[1], []]);
    else {
      found.push([option[1], [next]]);
      at += 1;
    }
  }
  return found;
}

const OPTION = /^--?([A-Za-z][A-Za-z0-9_-]*)(?:=(.*))?$/s;

function takes(option: string, next: string): boolean {
  if (WITHOUT_VALUE.has(option)) return false;
  return FREE_TEXT.has(option) || !/^--?[A-Za-z][A-Za-z0-9_-]*$/.test(next);
}

/** What a person may write there can look like an option. */
const FREE_TEXT: ReadonlySet<string> = new Set(['append', 'name']);

/** Options without a value in qemu-options.hx of QEMU 0.12 to 10, of qemu-kvm, and of Xen's older device model. */
const WITHOUT_VALUE: ReadonlySet<string> = new Set(
  [
    'h help version audio-help S s daemonize preconfig snapshot nographic usb nodefaults nodefconfig no-user-config',
    'enable-kvm no-kvm no-kvm-irqchip no-kvm-pit no-kvm-pit-reinjection enable-nesting enable-hax enable-hvf',
    'enable-whpx no-acpi no-hpet no-fd-bootchk no-reboot no-shutdown no-quit no-frame full-screen alt-grab ctrl-grab',
    'show-cursor portrait sdl curses semihosting old-param singlestep win2k-hack rtc-td-hack tdf localtime std-vga',
    'mem-prealloc only-migratable enable-fips enable-sync-profile perfmap jitdump xen-attach xen-create',
    'xen-domid-restrict acpi',
  ].flatMap((names) => names.split(' ')),
);
