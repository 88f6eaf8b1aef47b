import { groupBy } from '@nestwatch/common/group-by';
import { type Block, findBlocks } from './blocks.ts';
import { checkBlocks, placeFor } from './check-places.ts';
import { type Member, memberOfBlock, type Site } from './member.ts';
import { emptyAccounts, exportLines, memberLines } from './render.ts';
import { withSources } from './sources.ts';

export interface Entry {
  readonly member: Member;
  /** Public keys, oldest first. */
  readonly keys: readonly string[];
}

/**
 * The text of accounts.conf, as edits see it. An edit gives the new text, in which only nestwatch's own blocks differ. All
 * throw Error, for people to read, where the text cannot be edited safely.
 */
export interface AccountsText {
  readonly text: string;
  /** Names of members, in the order of the file. */
  readonly names: readonly string[];
  readonly sites: readonly Site[];
  /** Public keys of a member, oldest first; empty when it is not in the file. */
  keysOf(name: string): readonly string[];
  /** Whose key it is; undefined when it is nobody's. */
  ownerOf(key: string): string | undefined;
  /** With members that have these keys, and no others. */
  put(entries: readonly Entry[]): string;
  without(name: string): string;
  /** With every block as this version writes it, whatever was changed in them by hand. */
  refreshed(): string;
  /** The same, but for what was changed by hand. */
  broughtUp(): string;
}

type Replacements = ReadonlyMap<Block, readonly string[]>;

/** @param given the file as it is; empty for a new one */
export function accountsText(given: string): AccountsText {
  const text = given.trim() === '' ? emptyAccounts() : given.replaceAll('\r\n', '\n');
  const lines = text.split('\n');
  const blocks = findBlocks(lines);
  const exports = checkBlocks(lines, blocks);
  const members = blocks.filter(({ name }) => name !== 'exports' && name !== 'sources');
  const find = (name: string) => members.find((block) => block.name === name);
  const replaced = (by: Replacements, added: readonly Entry[] = []) => {
    const kinds = [...groupBy(added, ({ member }) => member.account === undefined).values()];
    const places = kinds.map(
      (kind) =>
        [
          placeFor(
            lines,
            kind.map(({ member }) => member),
          ),
          kind,
        ] as const,
    );
    return withSources(assemble(lines, by, new Map(places)));
  };
  return {
    text,
    names: members.map(({ name }) => name),
    sites: members.flatMap((block) => memberOfBlock(block)?.site ?? []),
    keysOf: (name) => find(name)?.keys ?? [],
    ownerOf: (key) => members.find(({ keys }) => keys.includes(key))?.name,
    put(entries) {
      // An older version may have exported less than the members of this one import.
      const by = new Map([[unedited(exports), exportLines()]]);
      for (const { member, keys } of entries) {
        const block = find(member.name);
        if (block !== undefined) by.set(unedited(block), memberLines(member, keys));
      }
      return replaced(
        by,
        entries.filter(({ member }) => find(member.name) === undefined),
      );
    },
    without(name) {
      const block = find(name);
      if (block === undefined)
        throw new Error(`it has no ${name}${members.length > 0 ? `; it has ${few(members)}` : ''}`);
      return replaced(new Map([[unedited(block), []]]));
    },
    refreshed: () => replaced(new Map([...members.map(anewOf), [exports, exportLines()]])),
    broughtUp() {
      const unchanged = members.filter(({ isEdited }) => !isEdited);
      return replaced(new Map([...unchanged.map(anewOf), [unedited(exports), exportLines()]]));
    },
  };
}

/** The lines with blocks replaced, and with new ones before the lines of those numbers. */
function assemble(
  lines: readonly string[],
  by: Replacements,
  added: ReadonlyMap<number, readonly Entry[]>,
): string {
  const starts = new Map([...by].map(([block, made]) => [block.from, { to: block.to, made }]));
  const out: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    for (const { member, keys } of added.get(at) ?? []) out.push(...memberLines(member, keys));
    const replacement = starts.get(at);
    if (replacement === undefined) out.push(lines[at] ?? '');
    else {
      out.push(...replacement.made);
      at = replacement.to;
    }
  }
  return out.join('\n');
}

function anewOf(block: Block): [Block, readonly string[]] {
  const { name, keys, from } = block;
  const member = memberOfBlock(block);
  if (member === undefined || keys.length === 0) {
    throw new Error(
      `the block "${name}" of line ${from + 1} has no public key: delete the block, and enrol again`,
    );
  }
  return [block, memberLines(member, keys)];
}

function unedited(block: Block): Block {
  if (!block.isEdited) return block;
  throw new Error(
    `the block "${block.name}", lines ${block.from + 1} to ${block.to + 1}, was edited by hand and would be overwritten: move ` +
      'your additions elsewhere, and write all blocks again with "nestwatch enroll --refresh --accounts FILE"',
  );
}

const FEW = 10;

function few(blocks: readonly Block[]): string {
  const names = blocks.map(({ name }) => name);
  const more = names.length > FEW ? ` and ${names.length - FEW} more` : '';
  return `${names.slice(0, FEW).join(', ')}${more}`;
}
