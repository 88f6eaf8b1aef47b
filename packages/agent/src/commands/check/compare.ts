import type { Assessment } from '../../capability/assess.ts';
import { runProcess } from '../../host/child-process.ts';
import type { Compare, Comparison } from './comparison.ts';
import { compareKvmOk } from './kvm-ok.ts';
import { compareDetectVirt } from './systemd-detect-virt.ts';
import { compareHostValidate } from './virt-host-validate.ts';

interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  /** Its name in the table, with the arguments that matter. */
  readonly name: string;
  readonly compare: Compare;
}

const detectVirt = (flag: '--vm' | '--container'): Tool => ({
  name: `systemd-detect-virt ${flag}`,
  command: 'systemd-detect-virt',
  args: [flag],
  compare: compareDetectVirt(flag),
});

const TOOLS: readonly Tool[] = [
  { name: 'kvm-ok', command: 'kvm-ok', args: [], compare: compareKvmOk },
  { name: 'virt-host-validate', command: 'virt-host-validate', args: ['qemu'], compare: compareHostValidate },
  detectVirt('--vm'),
  detectVirt('--container'),
];

const TOOL_TIMEOUT_MS = 20_000;

/** Runs the tools that are installed, one after the other. */
export async function compareTools(
  assessment: Assessment,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Comparison[]> {
  const rows: Comparison[] = [];
  // They translate their words otherwise, and administrators' tools are not on everybody's path.
  const tolerant = { ...env, LC_ALL: 'C', PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
  const options = { limitMs: TOOL_TIMEOUT_MS, signal, env: tolerant };
  for (const { name: tool, command, args, compare } of TOOLS) {
    const { code, problem, stdout, stderr } = await runProcess(command, args, options);
    if (code === undefined) {
      const theirs = /ENOENT/.test(problem) ? 'not installed' : problem;
      rows.push({ tool, about: '-', theirs, ours: '-', why: '' });
    } else rows.push(...compare(`${stdout}${stderr}`, assessment).map((row) => ({ tool, ...row })));
  }
  return rows;
}
