import { createHash } from 'node:crypto';

/** A part of the file that nestwatch writes and replaces as a whole, between two lines of comment. */
export interface Block {
  /** Name of a member, or "exports". */
  readonly name: string;
  /** First and last line, from 0; both are comments. */
  readonly from: number;
  readonly to: number;
  /** Public keys in it, oldest first; of a site, what its password is checked by. */
  readonly keys: readonly string[];
  /** What stands between the two lines. */
  readonly body: readonly string[];
  /** Whether somebody changed it by hand. */
  readonly isEdited: boolean;
}

const NAME = '(?:node|operator|read-only|site) [^\\s]+|collector|exports|sources|leafnodes';
const BEGIN = new RegExp(`^\\s*# (${NAME})\\s*$`);
const END = new RegExp(`^\\s*# end of (${NAME})(?: ([0-9a-f]{8}))?\\s*$`);

const KEY = /\bnkey: (U[A-Z2-7]{55})\b|\bpassword: "([^"]+)"/;

/** The lines of a block, with those around it that say whose it is and that it is as it was written. */
export function blockLines(name: string, indent: string, body: readonly string[]): string[] {
  return [`# ${name}`, ...body, `# end of ${name} ${sumOf(body)}`].map((line) => `${indent}${line}`);
}

/**
 * The blocks of a file, in their order.
 * @throws Error naming the line of one that does not begin or end, or that is there twice
 */
export function findBlocks(lines: readonly string[]): Block[] {
  const marks = lines.flatMap((line, at) => markIn(line, at) ?? []);
  const blocks = new Map<string, Block>();
  for (let index = 0; index < marks.length; index += 2) {
    const [begin, end] = [marks[index], marks[index + 1]];
    if (begin === undefined) break;
    if (begin.ends)
      throw new Error(`line ${begin.at + 1} ends the block "${begin.name}", which does not begin before it`);
    if (end?.ends !== true || end.name !== begin.name) {
      throw new Error(
        `the block "${begin.name}" of line ${begin.at + 1} has no line "# end of ${begin.name}"`,
      );
    }
    if (blocks.has(begin.name)) {
      throw new Error(`line ${begin.at + 1} begins a second block "${begin.name}": delete one`);
    }
    blocks.set(begin.name, blockAt(lines, begin.name, begin.at, end.at, end.sum));
  }
  return [...blocks.values()];
}

interface Mark {
  readonly at: number;
  readonly name: string;
  readonly ends: boolean;
  readonly sum: string | undefined;
}

function markIn(line: string, at: number): Mark | undefined {
  const begun = BEGIN.exec(line)?.[1];
  if (begun !== undefined) return { at, name: begun, ends: false, sum: undefined };
  const [, ended, sum] = END.exec(line) ?? [];
  return ended === undefined ? undefined : { at, name: ended, ends: true, sum };
}

function blockAt(
  lines: readonly string[],
  name: string,
  from: number,
  to: number,
  sum: string | undefined,
): Block {
  const body = lines.slice(from + 1, to);
  const keys = body.flatMap((line) => KEY.exec(line)?.slice(1).find(Boolean) ?? []);
  return { name, from, to, keys, body, isEdited: sum !== sumOf(body) };
}

/** Eight hex digits of what stands in lines, whatever space is around it. */
function sumOf(body: readonly string[]): string {
  const text = body.map((line) => line.trim()).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
