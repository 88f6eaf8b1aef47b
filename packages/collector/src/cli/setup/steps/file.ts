import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { type Access, type Machine, textOf, writeText } from '../machine.ts';
import type { SetupRecord } from '../record.ts';
import type { Note, Step } from '../step.ts';

interface FileStepOptions {
  readonly machine: Machine;
  readonly record: SetupRecord;
  readonly name: string;
  readonly what: string;
  readonly path: string;
  readonly access: Access;
  /** What is to be in it. Asked when it is needed: earlier steps may make what it is made of. */
  text(): string;
  /** Whether another text of others may be replaced; it comes back at the end. */
  mayReplace?(text: string): boolean;
  /** For people: what to do where others have it. */
  readonly wayOut?: string;
  /** True: what others have there is as good, whatever is in it. */
  readonly anyText?: boolean;
}

/** A file with a text, which is never that of others. */
export function fileStep(options: FileStepOptions): Step {
  const { machine, record, name, what, path, access, text, mayReplace, wayOut = '', anyText } = options;
  return {
    name,
    what,
    isDone() {
      const there = textOf(machine, path);
      if (there === undefined) return false;
      if (there === text()) return true;
      if (isOwn(there, record.note(name)) || mayReplace?.(there) === true) return false;
      if (anyText === true) return true;
      throw new UsageError(`${path} exists with other content and is not replaced: ${wayOut}`);
    },
    make(before) {
      const there = textOf(machine, path);
      const wanted = text();
      const inNew = before?.['inNew'] ?? !existsSync(dirname(machine.at(path)));
      writeText(machine, path, wanted, access);
      const was = before === undefined ? there : before['was'];
      return { path, sha256: hashOf(wanted), inNew, ...defined({ was }) };
    },
    undo: (note) => putBack(machine, path, note, access),
  };
}

/** Puts back what was in a file, or takes it away; not where somebody changed it since. @returns what is left, for people */
export function putBack(machine: Machine, path: string, note: Note, access: Access): string | undefined {
  const there = textOf(machine, path);
  if (there === undefined) return undefined;
  if (!isOwn(there, note)) return `${path} was changed since`;
  const { was, inNew } = note;
  const folder = dirname(machine.at(path));
  if (typeof was === 'string') writeText(machine, path, was, access);
  else rmSync(machine.at(path));
  if (inNew === true && readdirSync(folder).length === 0) rmdirSync(folder);
  return undefined;
}

/** Whether a text is the one that was written. */
function isOwn(text: string, note: Note | undefined): boolean {
  return note?.['sha256'] === hashOf(text);
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
