import { type Found, type Host, known, parseFound, valueIn } from './host.ts';

const FOLDER = '/sys/devices/system/cpu/vulnerabilities';

/** A flaw of CPUs and what the kernel says of it, such as "Mitigation: Retpolines; IBPB: conditional". */
export interface Vulnerability {
  readonly name: string;
  readonly state: string;
}

/** What the kernel says of every flaw that it knows, by name; `absent` before Linux 4.15. */
export async function readVulnerabilities(host: Host): Promise<Found<readonly Vulnerability[]>> {
  const names = await host.list(FOLDER);
  if (names.state !== 'known') return names;
  const entries: Vulnerability[] = [];
  for (const name of names.value) {
    const state = valueIn(await host.read(`${FOLDER}/${name}`, 4096))?.trim();
    if (state !== undefined && state !== '') entries.push({ name, state });
  }
  return known(entries);
}

/** One word for one flaw: "spectre_v2=Retpolines;IBPB:conditional", "mds=not-affected". */
export function vulnerabilityWord({ name, state }: Vulnerability): string {
  const words = state
    .replace(/^Mitigation: ?/, '')
    .replace(/^Not affected$/, 'not-affected')
    .replace(/[;:,] /g, (mark) => mark[0] ?? '')
    .replace(/\s+/g, '-');
  return `${name}=${words}`;
}

/** What costs at exits or entries: flaw, what to look for in its state, and how it is called. */
const COSTLY: readonly (readonly [flaw: string, pattern: RegExp, name: string])[] = [
  ['spectre_v2', /\bRetpolines\b/i, 'retpolines'],
  ['spectre_v2', /^Mitigation: IBRS/, 'ibrs'],
  ['spectre_v2', /IBPB: always-on/, 'ibpb-always'],
  ['spectre_v2', /BHI: (SW loop|Retpoline)/, 'bhi-loop'],
  ['spectre_v2', /BHI: BHI_DIS_S/, 'bhi-dis-s'],
  ['retbleed', /IBPB/, 'retbleed-ibpb'],
  ['retbleed', /untrained return thunk/, 'retbleed-untrain'],
  ['retbleed', /Stuffing/, 'retbleed-stuffing'],
  ['spec_rstack_overflow', /IBPB/, 'srso-ibpb'],
  ['spec_rstack_overflow', /Safe RET/i, 'srso-safe-ret'],
  ['indirect_target_selection', /Aligned branch|Retpolines/, 'its-thunks'],
  ['l1tf', /cache flushes/, 'l1d-flush'],
  ['mds', /Clear CPU buffers/, 'clear-buffers'],
  ['mmio_stale_data', /Clear CPU buffers/, 'clear-buffers'],
  ['reg_file_data_sampling', /Clear Register File/, 'clear-buffers'],
  ['tsa', /Clear CPU buffers/, 'clear-buffers'],
  ['vmscape', /IBPB (on VMEXIT|before exit)/, 'vmscape-ibpb'],
  ['spec_store_bypass', /disabled(?! via)/, 'ssbd-always'],
  ['meltdown', /PTI/, 'pti'],
];

/**
 * What mitigations cost at exits and entries, by short names, sorted. `nxHugePages` is kvm's parameter: with Y it
 * splits the huge pages of guests, so that they take more exits.
 */
export function costlyMitigations(
  entries: readonly Vulnerability[],
  nxHugePages: string | undefined,
): string[] {
  const found = COSTLY.filter(([flaw, pattern]) =>
    entries.some(({ name, state }) => name === flaw && !/^Not affected/.test(state) && pattern.test(state)),
  ).map(([, , name]) => name);
  if (nxHugePages === 'Y' || nxHugePages === '1' || nxHugePages === 'force') found.push('nx-huge-pages');
  return [...new Set(found)].sort();
}

/** Both, read: `absent` where the kernel reports no flaw. */
export async function readMitigations(host: Host) {
  const vulnerabilities = await readVulnerabilities(host);
  const nxHugePages = valueIn(await host.read('/sys/module/kvm/parameters/nx_huge_pages', 64))?.trim();
  return {
    vulnerabilities,
    atExits: parseFound(vulnerabilities, (entries) => costlyMitigations(entries, nxHugePages), ''),
  };
}

/** What costs at exits, as it is stored: "none" where none costs, and empty where that is not known. */
export function mitigationWords(found: Found<readonly string[]>): string {
  if (found.state !== 'known') return '';
  return found.value.length === 0 ? 'none' : found.value.join(' ');
}
