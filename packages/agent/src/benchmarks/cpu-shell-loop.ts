import { absent } from '../host/host.ts';
import type { Benchmark, BySize, WorkContext } from './benchmark.ts';
import { mustRun, runCommand } from './command.ts';
import { findProgram } from './find-program.ts';
import { repeated } from './measure.ts';

interface Settings {
  shell: string;
  trueProgram: string;
  count: number;
  passes: number;
}

const COUNT: BySize<number> = { tiny: 20, small: 2000, full: 10_000 };
/** Passes over the count without spawns, which would otherwise be over too soon to be measured. */
const PASSES: BySize<number> = { tiny: 500, small: 100, full: 100 };

/** The article's "big bash shell loop", and the same count with a process started in each iteration. */
export const cpuShellLoop: Benchmark<Settings> = {
  name: 'cpu.shell-loop',
  meaning:
    'count to 2000 (full 10000) in bash 100 times; and count to it once, starting /bin/true each time; 3 times each',

  async plan({ size }) {
    const shell = await findProgram(['bash', 'sh']);
    const trueProgram = await findProgram(['true']);
    if (shell === undefined) return absent('neither bash nor sh is installed');
    if (trueProgram === undefined) return absent('the program "true" is not installed');
    return { state: 'ready', settings: { shell, trueProgram, count: COUNT[size], passes: PASSES[size] } };
  },

  async *work({ shell, trueProgram, count, passes }, context) {
    const engine = {
      engine: shell.endsWith('bash') ? 'bash' : 'sh',
      engineVersion: await versionOf(shell, context),
    };
    const variants = [
      { variant: 'count', unit: 'iteration', body: ':', passes, arguments: { count, passes, loop: 'posix' } },
      { variant: 'spawn', unit: 'spawn', body: trueProgram, passes: 1, arguments: { count, loop: 'posix' } },
    ] as const;
    for (const { body, passes: times, ...about } of variants) {
      yield await repeated(context, { ...about, ...engine }, async () => {
        await mustRun(shell, ['-c', loop(count, times, body)], { signal: context.signal });
        return count * times;
      });
    }
  },
};

/** Words that every POSIX shell knows, so that the busybox of a small guest runs the same loop. */
export function loop(count: number, passes: number, body: string): string {
  return `p=0; while [ $p -lt ${passes} ]; do i=0; while [ $i -lt ${count} ]; do ${body}; i=$((i+1)); done; p=$((p+1)); done`;
}

async function versionOf(shell: string, { signal }: WorkContext): Promise<string> {
  const { stdout, complaint } = await runCommand(shell, ['--version'], { signal });
  return /\d+\.\d+[\w.()-]*/.exec(`${stdout} ${complaint}`)?.[0] ?? '';
}
