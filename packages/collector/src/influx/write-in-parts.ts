import { TooLargeError } from './answers.ts';
import { PartialWriteError } from './partial-write.ts';

const LINE_FEED = 0x0a;

/**
 * Writes lines in one request, and in halves where the server says that this is too much for one.
 * @throws what `post` throws, TooLargeError for a single line; PartialWriteError when all else is written
 */
export async function writeInParts(
  post: (lines: Uint8Array) => Promise<void>,
  lines: Uint8Array,
): Promise<void> {
  try {
    await post(lines);
  } catch (error) {
    const at = error instanceof TooLargeError ? middleOf(lines) : -1;
    if (at < 0) throw error;
    const write = (part: Uint8Array) => unlessTakenInPart(writeInParts(post, part));
    const [first, second] = [await write(lines.subarray(0, at)), await write(lines.subarray(at + 1))];
    const taken = first && second ? both(first, second) : (first ?? second);
    if (taken !== undefined) throw taken;
  }
}

async function unlessTakenInPart(writing: Promise<void>): Promise<PartialWriteError | undefined> {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (error instanceof PartialWriteError) return error;
    throw error;
  }
}

function both(one: PartialWriteError, other: PartialWriteError): PartialWriteError {
  if (JSON.stringify(one.reason) !== JSON.stringify(other.reason)) return one;
  const dropped = one.dropped + other.dropped;
  return new PartialWriteError(other.message, { dropped, reason: one.reason, cause: other.cause });
}

/** Where the line that is nearest to the middle ends; -1 when there is but one. No value of ours has a line break in it. */
function middleOf(lines: Uint8Array): number {
  const end = lines.at(-1) === LINE_FEED ? lines.length - 1 : lines.length;
  const before = lines.lastIndexOf(LINE_FEED, end >> 1);
  const after = lines.subarray(0, end).indexOf(LINE_FEED, end >> 1);
  return before >= 0 ? before : after;
}
