import { reasonName } from './parse-records.ts';

/** The name of an exit's number on a CPU of a vendor: isa 1 is VMX, 2 is SVM (arch/x86/kvm/trace.h). */
export type ReasonNames = (isa: number, code: number) => string;

const VMX = 1;
/** Above, VMX has flags such as that the entry failed. */
const VMX_BASIC = 0xffff;
const TABLE = /__print_symbolic\(([^,]*),((?:\s*\{[^}]*\},?)+)\s*\)/g;
const ENTRY = /\{\s*([^,{}]+),\s*"([^"]*)"\s*\}/g;

/**
 * Reads the names out of a kvm_exit's format file, where this kernel prints them for both vendors: first those of VMX,
 * then those of SVM. A number without a name is told as it is.
 */
export function parseReasonNames(format: string): ReasonNames {
  const [vmx, svm] = [...format.matchAll(TABLE)].map(([, , entries = '']) => namesIn(entries));
  return (isa, code) => {
    const basic = isa === VMX ? code & VMX_BASIC : code;
    const name = (isa === VMX ? vmx : svm)?.get(basic);
    return name ?? `exit_0x${basic.toString(16)}`;
  };
}

function namesIn(entries: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const [, number = '', name = ''] of entries.matchAll(ENTRY)) {
    const code = sumIn(number);
    if (code !== undefined) names.set(code, reasonName(name));
  }
  return names;
}

/** "0x040 + 14", as numbers of exceptions are written; "-1" is all ones in 32 bits. */
function sumIn(text: string): number | undefined {
  const sum = text
    .split('+')
    .map((part) => Number(part.trim()))
    .reduce((one, other) => one + other, 0);
  if (!Number.isInteger(sum)) return undefined;
  return sum < 0 ? sum + 2 ** 32 : sum;
}
