import { UsageError } from '@nestwatch/common/errors';
import type { Machine } from '../machine.ts';
import type { Note, Step } from '../step.ts';

/** A program that is needed, and what apt installs for it: a name of Debian's, or a file. */
export interface Needed {
  readonly program: string;
  readonly package: string;
  /** The file to install instead of a package from Debian. */
  readonly file?: string;
}

const LAST_LINES = 5;

/** Programs that are installed by apt, unless they are there. */
export function packagesStep(
  machine: Machine,
  name: string,
  what: string,
  needed: () => readonly Needed[],
): Step {
  const missing = () => needed().filter(({ program }) => !machine.has(program));
  return {
    name,
    what,
    isDone() {
      const [first] = missing();
      if (first === undefined) return true;
      if (machine.has('apt-get')) return false;
      throw new UsageError(
        `${first.program} is missing, and apt-get is not available: install it with its service unit, and run this again`,
      );
    },
    make(before) {
      const wanted = missing();
      install(machine, wanted);
      const still = missing().map(({ program }) => program);
      if (still.length > 0) throw new UsageError(`apt-get did not install ${still.join(' and ')}`);
      return { installed: [...installedIn(before), ...wanted.map((each) => each.package)] };
    },
    undo(note) {
      const ran = machine.run('apt-get', 'remove', '-y', '-q', ...installedIn(note));
      return ran.status === 0
        ? undefined
        : `apt-get could not remove ${installedIn(note).join(' ')}: ${lastLines(ran.output)}`;
    },
  };
}

/** Names of packages that a step installed. */
export function installedIn(note: Note | undefined): readonly string[] {
  return (note?.['installed'] ?? []) as readonly string[];
}

/** @throws UsageError with what apt says */
function install(machine: Machine, wanted: readonly Needed[]): void {
  const words = wanted.map(({ package: name, file }) => file ?? name);
  const attempt = () => machine.run('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...words);
  let ran = attempt();
  if (ran.status === 0) return;
  // What is listed may be gone from the mirror, or nothing is listed yet.
  const update = machine.run('apt-get', 'update', '-q');
  ran = attempt();
  if (ran.status === 0) return;
  const why = update.status === 0 ? ran.output : `${update.output}${ran.output}`;
  throw new UsageError(`apt-get could not install ${words.join(' ')}: ${lastLines(why)}`);
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-LAST_LINES).join('; ');
}
