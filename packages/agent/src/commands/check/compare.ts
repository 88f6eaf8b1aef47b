import type { Assessment } from '../../capability/assess.ts';
import { runProcess } from '../../host/child-process.ts';
import type { Comparison, ToolOutput } from './comparison.ts';
import { compareKvmOk } from './kvm-ok.ts';
import { compareDetectVirt } from './systemd-detect-virt.ts';
import { compareHostValidate } from './virt-host-validate.ts';

interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  /** Its name in the table, with the arguments that matter. */
  readonly name: string;
  compare(result: ToolOutput, assessment: Assessment): Comparison[];
}

const TOOLS: readonly Tool[] = [
  { name: 'kvm-ok', command: 'kvm-ok', args: [], compare: compareKvmOk },
  { name: 'virt-host-validate', command: 'virt-host-validate', args: ['qemu'], compare: compareHostValidate },
  {
    name: 'systemd-detect-virt --vm',
    command: 'systemd-detect-virt',
    args: ['--vm'],
    compare: (result, assessment) => compareDetectVirt('--vm', result, assessment),
  },
  {
    name: 'systemd-detect-virt --container',
    command: 'systemd-detect-virt',
    args: ['--container'],
    compare: (result, assessment) => compareDetectVirt('--container', result, assessment),
  },
];

const TOOL_TIMEOUT_MS = 20_000;

/** Runs the tools that are installed, one after the other. */
export async function compareTools(
  assessment: Assessment,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Comparison[]> {
  const rows: Comparison[] = [];
  for (const tool of TOOLS) {
    // They translate their words otherwise, and administrators' tools are not on everybody's path.
    const tolerant = { ...env, LC_ALL: 'C', PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
    const result = await runProcess(tool.command, tool.args, {
      limitMs: TOOL_TIMEOUT_MS,
      signal,
      env: tolerant,
    });
    if (result.code === undefined) {
      const theirs = /ENOENT/.test(result.problem) ? 'not installed' : result.problem;
      rows.push({ tool: tool.name, about: '-', theirs, ours: '-', why: '' });
    } else rows.push(...tool.compare({ output: `${result.stdout}${result.stderr}` }, assessment));
  }
  return rows;
}
