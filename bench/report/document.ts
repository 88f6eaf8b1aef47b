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

export function withTables(text: string, { machine, results }: Measured): string {
  const on = Object.entries(machine).map(([key, value]) => `${key} ${value}`);
  return results
    .filter(({ figures }) => figures.length > 0)
    .reduce((document, result) => {
      const marks = new RegExp(`(<!-- bench:${result.name} -->\n)[^]*?(<!-- /bench -->)`);
      const table = `${markdownTable(result)}\n\nMeasured on: ${on.join(', ')}.\n`;
      return document.replace(marks, (_, begin: string, end: string) => `${begin}\n${table}\n${end}`);
    }, text);
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
