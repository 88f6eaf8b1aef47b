import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { Document, parseDocument } from 'yaml';
import { type Access, type Machine, textOf, writeText } from '../machine.ts';
import type { SetupRecord } from '../record.ts';
import type { Note, Step } from '../step.ts';
import { hashOf, putBack } from './file.ts';

interface SettingsStepOptions {
  readonly machine: Machine;
  readonly record: SetupRecord;
  readonly name: string;
  readonly what: string;
  /** A YAML file of settings; made where it is missing. */
  readonly path: string;
  readonly access: Access;
  /** What is to be set, by the names of settings, such as "nats.url". */
  values(): Readonly<Record<string, string>>;
  /** What packages bring, and may be replaced. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** Settings in a YAML file, in which all else stays as it is. What somebody else set is never changed. */
export function settingsStep(options: SettingsStepOptions): Step {
  const { machine, record, name, what, path, access, values, defaults } = options;
  const read = () => documentOf(path, textOf(machine, path));
  return {
    name,
    what,
    isDone() {
      const [document, own] = [read(), ownValues(record.note(name))];
      const missing = Object.entries(values()).filter(([key, value]) => valueIn(document, key) !== value);
      for (const [key, value] of missing) {
        const there = valueIn(document, key);
        if (there === undefined || there === defaults[key] || there === own[key]) continue;
        throw new UsageError(
          `${path} has ${key}: ${there}, but setup would set ${value}: change it, or delete the line`,
        );
      }
      return missing.length === 0;
    },
    make(before) {
      const there = textOf(machine, path);
      const document = read();
      const wanted = values();
      for (const [key, value] of Object.entries(wanted)) document.setIn(key.split('.'), value);
      const text = document.toString({ lineWidth: 0 });
      writeText(machine, path, text, access);
      const was = before === undefined ? there : before['was'];
      return { path, sha256: hashOf(text), values: wanted, ...defined({ was }) };
    },
    undo: (note) => putBack(machine, path, note, access),
  };
}

function documentOf(path: string, text = ''): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new UsageError(`${path} is not valid YAML: ${error.message}`);
  return document.contents === null ? new Document({}) : document;
}

function valueIn(document: Document, key: string): string | undefined {
  const value: unknown = document.getIn(key.split('.'));
  return value === undefined || value === null ? undefined : String(value);
}

function ownValues(note: Note | undefined): Readonly<Record<string, string>> {
  return (note?.['values'] ?? {}) as Readonly<Record<string, string>>;
}
