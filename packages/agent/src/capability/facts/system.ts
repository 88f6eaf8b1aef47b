import { parseFound, readLine } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** The operating system and when it started. */
export const system = defineSource({
  name: 'system',
  about: {
    kernel: about<string>('Kernel release.', '/proc/sys/kernel/osrelease'),
    os: about<string>('Distribution and version.', '/etc/os-release PRETTY_NAME'),
    booted_wall_us: about<number>('Start of the kernel, µs since 1970.', '/proc/stat btime', {
      volatile: true,
    }),
    kernel_options: about<readonly string[]>(
      'Kernel command line options for virtualization, clocks, memory and mitigations of CPU vulnerabilities.',
      '/proc/cmdline',
    ),
  },
  async read({ host }) {
    const etc = await host.read('/etc/os-release', 64 * 1024);
    const release = etc.state === 'known' ? etc : await host.read('/usr/lib/os-release', 64 * 1024);
    return {
      kernel: await readLine(host, '/proc/sys/kernel/osrelease'),
      os: parseFound(release, parsePrettyName, 'os-release has no PRETTY_NAME'),
      booted_wall_us: parseFound(await host.read('/proc/stat'), parseBootTime, '/proc/stat has no btime'),
      kernel_options: parseFound(
        await host.read('/proc/cmdline', 64 * 1024),
        (text) => text.split(/\s+/).filter((word) => RELEVANT_OPTION.test(word)),
        '',
      ),
    };
  },
});

// Only these: the rest of a command line may hold what is nobody's business, such as a root password's hash.
const RELEVANT_OPTION =
  /^(kvm|nested|intel_iommu|amd_iommu|iommu|tsc|clocksource|hpet|notsc|no-kvmclock|hugepages|hugepagesz|default_hugepagesz|transparent_hugepage|mitigations|mem|maxcpus|nr_cpus|isolcpus|nohz|spec_|l1tf|lockdown|retbleed|spectre_|nospectre_|pti|nopti|mds|tsx|srbds|mmio_stale_data|gather_data_sampling|reg_file_data_sampling|indirect_target_selection|tsa|vmscape|nosmt|attack_vector)/;

export function parsePrettyName(text: string): string | undefined {
  const match = /^PRETTY_NAME=(["']?)(.*)\1\s*$/m.exec(text);
  return match?.[2]?.trim() || undefined;
}

function parseBootTime(text: string): number | undefined {
  const match = /^btime (\d{1,12})$/m.exec(text);
  return match === null ? undefined : Number(match[1]) * 1_000_000;
}
