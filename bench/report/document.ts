import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured, NamedResult } from '../run-sections.ts';
import { rowOf } from './format.ts';

/**
 * Puts the tables of the sections that were run into a Markdown document, between the marks
 * `<!-- bench:NAME -->` and `<!-- /bench -->`. Sections without marks, and failed ones, are left alone.
 */
export function updateDocument(file: string, measured: Measured): void {
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), measured));
}

export function withTables(text: string, { machine, date, results }: Measured): string {
  return results
    .filter(({ figures }) => figures.length > 0)
    .reduce(
      (document, result) => withTable(document, result.name, markdownTable(result), { machine, date }),
      text,
    );
}

/** Puts a table between the marks of its name, with the machine and the day below it. */
export function withTable(
  text: string,
  name: string,
  table: string,
  { machine, date }: Pick<Measured, 'machine' | 'date'>,
): string {
  const on = Object.entries(machine).map(([key, value]) => `${key} ${value}`);
  const marks = new RegExp(`(<!-- bench:${name} -->\n)[^]*?(<!-- /bench -->)`);
  return text.replace(
    marks,
    (_, begin: string, end: string) =>
      `${begin}\n${table}\n\nMeasured on ${date}: ${on.join(', ')}.\n\n${end}`,
  );
}

function markdownTable({ figures, absent }: NamedResult): string {
  const lines = ['| what | measured | spread | budget | |', '| --- | ---: | --- | --- | --- |'];
  for (const { what, measured, spread, budget, verdict } of figures.map(rowOf)) {
    lines.push(`| ${[what, measured, spread, budget, verdict].map(escaped).join(' | ')} |`);
  }
  for (const { what, reason } of absent)
    lines.push(`| ${escaped(what)} | not measured | ${escaped(reason)} | | |`);
  return lines.join('\n');
}

function escaped(cell: string): string {
  return cell.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}
