import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { applyEntry } from '../invite/staged/apply.ts';
import type { Outcome } from '../invite/staged/outcome.ts';
import { type Taken, takeEntries } from '../invite/staged/read-staged.ts';
import { readReplaceable, setReplaceable } from '../invite/staged/replaceable.ts';
import { editFile, readText } from './enroll/edit-file.ts';
import { runReload } from './enroll/run-reload.ts';
import { textOption, type UserSchema } from './settings.ts';

type Context = CommandContext<UserSchema>;

/** How long the result of an entry is kept, ms. */
const OUTCOMES_STAY_MS = 7 * 86_400_000;

/**
 * `nestwatch take-staged`: checks the entries that the collector staged, puts them into accounts.conf, and lets NATS take
 * it over. Run as root by nestwatch-enroll.service; the collector may not do any of it.
 */
export async function takeStaged(context: Context): Promise<number> {
  const folder = needed(context, 'staged');
  const accounts = needed(context, 'accounts');
  const outcomes = needed(context, 'outcomes');
  mkdirSync(outcomes, { recursive: true, mode: 0o755 });
  forgetOld(outcomes);
  const taken = takeEntries(folder);
  if (taken.length === 0) return EXIT.ok;
  const before = readText(accounts);
  const told = await putAll(context, accounts, before, taken);
  const failed = told.changed ? reload(context) : undefined;
  // What the server does not take would keep it from starting again.
  if (failed !== undefined) editFile(accounts, () => before);
  for (const [name, outcome] of told.outcomes) {
    const said = outcome.done && failed !== undefined ? failed : outcome;
    writeFileSync(join(outcomes, name), `${JSON.stringify(said)}\n`, { mode: 0o644 });
  }
  return EXIT.ok;
}

async function putAll({ stderr }: Context, accounts: string, before: string, taken: readonly Taken[]) {
  const replaceable = readReplaceable(accounts, Date.now());
  const outcomes = new Map<string, Outcome>();
  const replaced = new Set<string>();
  let text = before;
  for (const { name, entry, error = '' } of taken) {
    if (entry === undefined) {
      stderr.write(`refused ${name}: ${error}\n`);
      continue;
    }
    const applied = await applyEntry(text, entry, replaceable);
    const who = `${entry.lab}/${entry.node}`;
    if (replaceable.has(who) && applied.text !== text) replaced.add(who);
    text = applied.text;
    outcomes.set(name, applied.outcome);
    stderr.write(`${entry.kind} ${who}: ${applied.outcome.error ?? 'done'}\n`);
  }
  if (text !== before) {
    editFile(accounts, (now) => {
      if (now !== before) throw new Error('another process changed it at the same time');
      return text;
    });
    for (const who of replaced) setReplaceable(accounts, who, undefined);
  }
  return { outcomes, changed: text !== before };
}

/** @returns what is to be said instead of that it is done, where the server did not take it over */
function reload(context: Context): Outcome | undefined {
  const script = textOption(context, 'reload');
  if (script === undefined) return undefined;
  const error = runReload(script, needed(context, 'server'), textOption(context, 'pid'));
  if (error === undefined) return undefined;
  context.stderr.write(`${error}\n`);
  return { done: false, error };
}

function forgetOld(outcomes: string): void {
  for (const name of readdirSync(outcomes)) {
    const file = join(outcomes, name);
    if (Date.now() - statSync(file).mtimeMs > OUTCOMES_STAY_MS) rmSync(file);
  }
}

function needed(context: Context, option: string): string {
  const given = textOption(context, option);
  if (given === undefined) throw new UsageError(`give --${option}`);
  return given;
}
