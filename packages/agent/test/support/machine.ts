import type { GuestShape } from '@nestwatch/proto';
import { type Assessment, assess } from '../../src/capability/assess.ts';
import type { LayerPosition } from '../../src/capability/fact.ts';
import { factMessages } from '../../src/capability/messages.ts';
import { absent, type Found, type Host, known } from '../../src/host/host.ts';
import { type FileTree, hostOf } from './file-tree.ts';

/** A machine made up of a few files, and of what files cannot show: registers and devices. */
export interface Machine {
  readonly files?: FileTree;
  /** Signature at CPUID leaf 0x40000000, and at 0x40000100. */
  readonly signature?: string;
  readonly secondSignature?: string;
  /** What opening /dev/kvm gives: true, or an errno. */
  readonly kvm?: true | string;
  /** Permission bits of /dev/kvm. */
  readonly kvmMode?: number;
  readonly architecture?: string;
  readonly guests?: readonly GuestShape[];
  readonly position?: LayerPosition;
}

export async function assessMachine(machine: Machine): Promise<Assessment> {
  return assess({
    host: hostWith(machine),
    architecture: machine.architecture ?? 'x86_64',
    guests: known(machine.guests ?? []),
    position: machine.position ?? {},
  });
}

/** Level and summary of each verdict by rule. */
export function verdictsOf(assessment: Assessment): Record<string, string> {
  return Object.fromEntries(
    assessment.verdicts.map(({ rule, level, summary }) => [rule.name, `${level}: ${summary}`]),
  );
}

export function adviceOf(assessment: Assessment, rule: string): string {
  const verdict = assessment.verdicts.find((each) => each.rule.name === rule);
  return verdict?.advice === undefined ? '' : `${verdict.who}: ${verdict.advice}`;
}

/** Value of each known fact, and the state of the others. */
export function factsOf(assessment: Assessment): Record<string, string> {
  const states = ['', 'known', 'absent', 'denied', 'unknown'];
  return Object.fromEntries(
    factMessages(assessment.facts).map(({ fact, state, value }) => [
      fact ?? '',
      state === 1 ? (value ?? '') : (states[state ?? 0] ?? ''),
    ]),
  );
}

function hostWith({
  files = {},
  signature,
  secondSignature,
  kvm = 'ENOENT',
  kvmMode = 0o660,
}: Machine): Host {
  const host = hostOf({
    'proc/self/status': 'Uid:\t0\t0\t0\t0\n',
    ...(kvm === true ? { 'dev/kvm': '' } : {}),
    ...files,
  });
  return {
    ...host,
    mode: async (path) => (path === '/dev/kvm' && kvm === true ? known(kvmMode) : host.mode(path)),
    open: async (path) => (path === '/dev/kvm' && kvm !== true ? failure(path, kvm) : host.open(path)),
    async readAt(path, offset, length) {
      const leaves: Record<number, string | undefined> = {
        [0x40000000]: signature,
        [0x40000100]: signature === undefined ? undefined : (secondSignature ?? ''),
      };
      if (path !== '/dev/cpu/0/cpuid' || !(offset in leaves)) return host.readAt(path, offset, length);
      const text = leaves[offset];
      if (text === undefined) return absent(`${path}: ENOENT`);
      const registers = Buffer.alloc(16);
      registers.write(text, 4, 'latin1');
      return known(registers);
    },
  };
}

function failure(path: string, errno: string): Found<never> {
  const state =
    errno === 'EACCES' || errno === 'EPERM'
      ? 'denied'
      : /^(ENOENT|ENODEV|ENXIO)$/.test(errno)
        ? 'absent'
        : 'unknown';
  return { state, reason: `${path}: ${errno}`, errno };
}
