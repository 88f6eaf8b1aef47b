import { type Found, type Host, known, parseFound } from './host.ts';

const CPUINFO = '/proc/cpuinfo';

/** What the first processor block of /proc/cpuinfo says, by key, and how many blocks there are. */
export interface CpuInfo {
  readonly fields: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  /** Words of the line `vmx flags`; undefined on kernels older than 5.6 and without VMX. */
  readonly vmxFlags: ReadonlySet<string> | undefined;
  readonly processors: number;
}

/** An answer that a host gives to several is taken apart once: it has some ten lines for each of a hundred CPUs. */
const PARSED = new WeakMap<Found<string>, Found<CpuInfo>>();

export async function readCpuInfo(host: Host): Promise<Found<CpuInfo>> {
  const text = await host.read(CPUINFO);
  if (text.state !== 'known') return text;
  const info = PARSED.get(text) ?? known(parseCpuInfo(text.value));
  PARSED.set(text, info);
  return info;
}

/** One line's value; `unknown` where there is no such line. */
export function cpuField(info: Found<CpuInfo>, name: string): Found<string> {
  return parseFound(info, ({ fields }) => fields.get(name), `${CPUINFO} has no line "${name}"`);
}

export function cpuFlags(info: Found<CpuInfo>): Found<ReadonlySet<string>> {
  const flagsOf = ({ flags }: CpuInfo) => (flags.size > 0 ? flags : undefined);
  return parseFound(info, flagsOf, `${CPUINFO} has no line "flags"`);
}

/** Parses /proc/cpuinfo of x86. Any text gives a result; missing lines are left out. */
export function parseCpuInfo(text: string): CpuInfo {
  const fields = new Map<string, string>();
  let processors = 0;
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const key = line.slice(0, colon).trim();
    if (key === 'processor') processors += 1;
    if (processors <= 1 && !fields.has(key)) fields.set(key, line.slice(colon + 1).trim());
  }
  const vmxFlags = fields.get('vmx flags');
  return {
    fields,
    flags: words(fields.get('flags') ?? ''),
    vmxFlags: vmxFlags === undefined ? undefined : words(vmxFlags),
    processors,
  };
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}
