import type { SetupRecord } from './record.ts';
import type { Step } from './step.ts';

type Say = (line: string) => void;

/**
 * Looks at all steps before the first is made.
 * @throws UsageError for what others have in the way, while nothing is changed
 */
export async function checkAll(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step.isDone(0);
}

/** Says what is to do. @throws as checkAll */
export async function showPlan(steps: readonly Step[], say: Say): Promise<void> {
  for (const step of steps) say(`${(await step.isDone(0)) ? 'already done' : 'to do'}: ${step.what}`);
}

/**
 * Makes what is not so yet, one step after the other, and keeps in the record what it made.
 * @returns how many steps changed something
 */
export async function makeAll(steps: readonly Step[], record: SetupRecord, say: Say): Promise<number> {
  let changed = 0;
  for (const step of steps) {
    if (await step.isDone(changed)) {
      say(`already done: ${step.what}`);
      continue;
    }
    record.keep(step.name, await step.make(record.note(step.name)));
    say(`done: ${step.what}`);
    changed += 1;
  }
  return changed;
}

/** Takes back what was made, in reverse. */
export function undoAll(steps: readonly Step[], record: SetupRecord, say: Say): void {
  for (const step of [...steps].reverse()) {
    const note = record.note(step.name);
    if (note === undefined) continue;
    const left = step.undo(note);
    record.drop(step.name);
    say(left === undefined ? `undone: ${step.what}` : `left: ${left}`);
  }
  record.remove();
}
