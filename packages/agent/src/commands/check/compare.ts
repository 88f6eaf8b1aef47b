import type { Look } from '../../capability/look.ts';
import { compareKvmOk } from './kvm-ok.ts';
import { runTool, type ToolResult } from './run-tool.ts';
import { compareDetectVirt } from './systemd-detect-virt.ts';
import { compareHostValidate } from './virt-host-validate.ts';

/** One thing that another tool says, beside what we say. */
export interface Comparison {
  readonly tool: string;
  readonly about: string;
  readonly theirs: string;
  readonly ours: string;
  /** Undefined when the tool did not say. */
  readonly agrees?: boolean;
  /** Why we differ; empty when we do not. */
  readonly why: string;
}

interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  /** Its name in the table, with the arguments that matter. */
  readonly name: string;
  compare(result: ToolResult, seen: Look): Comparison[];
}

const TOOLS: readonly Tool[] = [
  { name: 'kvm-ok', command: 'kvm-ok', args: [], compare: compareKvmOk },
  { name: 'virt-host-validate', command: 'virt-host-validate', args: ['qemu'], compare: compareHostValidate },
  {
    name: 'systemd-detect-virt --vm',
    command: 'systemd-detect-virt',
    args: ['--vm'],
    compare: (result, seen) => compareDetectVirt('--vm', result, seen),
  },
  {
    name: 'systemd-detect-virt --container',
    command: 'systemd-detect-virt',
    args: ['--container'],
    compare: (result, seen) => compareDetectVirt('--container', result, seen),
  },
];

const TOOL_TIMEOUT_MS = 20_000;

/** Runs the tools that are installed, one after the other. */
export async function compareTools(
  seen: Look,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Comparison[]> {
  const rows: Comparison[] = [];
  for (const tool of TOOLS) {
    // They translate their words otherwise, and administrators' tools are not on everybody's path.
    const tolerant = { ...env, LC_ALL: 'C', PATH: `${env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` };
    const result = await runTool(tool.command, tool.args, {
      timeoutMs: TOOL_TIMEOUT_MS,
      signal,
      env: tolerant,
    });
    if (result.code === undefined) {
      const missing = /ENOENT/.test(result.problem ?? '');
      const theirs = missing ? 'not installed' : (result.problem ?? '');
      rows.push({ tool: tool.name, about: '-', theirs, ours: '-', why: '' });
    } else rows.push(...tool.compare(result, seen));
  }
  return rows;
}
