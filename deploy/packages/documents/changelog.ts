import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, MAINTAINER } from '../deb.ts';

/** With four blanks before them they stay within the 80 that Debian wants. */
const LINE_CHARACTERS = 76;

/** Headings within a version: its kinds of changes, and groups of them in bold. */
const HEADING = /^(?:###.*|\*\*.*\*\*)$/gm;

/**
 * Entries of CHANGELOG.md for the version that is packed: of the section that is not released yet, where there is one,
 * else of that version's.
 * @returns one text for each entry, its lines wrapped
 */
export function entriesOf(markdown: string, version: string): string[] {
  const sections = markdown.replace(HEADING, '').split(/^## /m).slice(1);
  const isThis = (section: string) => /^(Unreleased|\S+)/.exec(section)?.[1] === version;
  const section = sections.find((each) => each.startsWith('Unreleased')) ?? sections.find(isThis) ?? '';
  return section
    .split(/^- /m)
    .slice(1)
    .map((entry) => wrapped(entry.trim()));
}

/** Each paragraph's lines as long as they may be. */
function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= LINE_CHARACTERS || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** Debian's form: one entry for the version that is packed. */
export function debianChangelog(name: string, { top, version, epoch }: BuildOptions): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  const items = changes(top, version).map((entry) => `  * ${entry.replaceAll('\n', '\n    ')}\n`);
  return `${name} (${version}) unstable; urgency=medium\n\n${items.join('')}\n -- ${MAINTAINER}  ${date}\n`;
}

/** The same as rpm has it, where a percent sign begins a macro. */
export function rpmChangelog({ top, version, epoch }: BuildOptions): string {
  const [weekday, day, month, year] = new Date(epoch * 1000).toUTCString().replace(',', '').split(' ');
  const items = changes(top, version).map((entry) => `- ${entry.replaceAll('\n', '\n  ')}\n`);
  const text = `* ${weekday} ${month} ${day} ${year} ${MAINTAINER} - ${version}-1\n${items.join('')}`;
  return text.replaceAll('%', '%%');
}

function changes(top: string, version: string): string[] {
  const entries = entriesOf(readFileSync(join(top, 'CHANGELOG.md'), 'utf8'), version);
  return entries.length > 0 ? entries : [`Version ${version}.`];
}
