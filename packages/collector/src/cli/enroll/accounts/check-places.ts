import { ACCOUNT } from '@nestwatch/proto';
import type { Block } from './blocks.ts';
import { type Member, memberOfBlock } from './member.ts';
import { ABOVE } from './render.ts';
import { scan } from './scan.ts';

/**
 * Whether the blocks of a file stand where they belong.
 * @returns the block of the exports
 * @throws Error that says what is wrong, and how to mend it
 */
export function checkBlocks(lines: readonly string[], blocks: readonly Block[]): Block {
  const first = lines.find((line) => /^\s*[^#\s]/.test(line)) ?? '';
  if (/^\s*users\s*[:=]?\s*\[/.test(first)) {
    throw new Error(
      'it is an old users file, with which any node can control JetStream: move it with ' +
        '"nestwatch enroll --migrate USERS.CONF --accounts ACCOUNTS.CONF"',
    );
  }
  const open = scan(lines);
  for (const block of blocks) {
    const { name, from } = block;
    const known = name === 'exports' || name === 'sources' || memberOfBlock(block) !== undefined;
    if (!known) throw new Error(`line ${from + 1}: "${name}" is not a name that "nestwatch enroll" gives`);
    expectIn(open[from], from, name, placeOf(name));
  }
  const exports = blocks.find(({ name }) => name === 'exports');
  if (exports === undefined) throw missing('the block "# exports"');
  return exports;
}

/** Line before which the blocks of new members of one kind stand. */
export function placeFor(lines: readonly string[], [member]: readonly Member[]): number {
  const { name = '', account } = member ?? {};
  const mark = account === undefined ? ABOVE.collectors : ABOVE.accounts;
  const [first, second] = lines.flatMap((line, at) => (line.trim() === mark ? [at] : []));
  if (first === undefined) throw missing(`the line "${mark}"`);
  if (second !== undefined) {
    throw new Error(`the line "${mark}" stands twice, in lines ${first + 1} and ${second + 1}: delete one`);
  }
  expectIn(scan(lines)[first], first, name, placeOf(name));
  return first;
}

function placeOf(name: string): readonly string[] {
  if (name === 'exports') return ['accounts', ACCOUNT, 'exports'];
  if (name === 'sources') return ['accounts', ACCOUNT];
  return name === 'collector' ? ['accounts', ACCOUNT, 'users'] : ['accounts'];
}

function expectIn(
  found: readonly string[] = [],
  line: number,
  name: string,
  wanted: readonly string[],
): void {
  if (found.join(' ') === wanted.join(' ')) return;
  const where =
    found.length === 0 ? 'at the top level' : `in ${found.map((each) => each || '?').join(' > ')}`;
  throw new Error(
    `line ${line + 1}, the place of ${name}, is ${where}; it belongs in ${wanted.join(' > ')}: move it back`,
  );
}

function missing(what: string): Error {
  return new Error(
    `${what} is missing, and nestwatch requires it: restore it, or name a new file and move your own parts there`,
  );
}
