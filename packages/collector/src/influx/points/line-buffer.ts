import { toFewBits } from './few-bits.ts';
import { createLineBounds, type Extent, NO_BOUND } from './line-bounds.ts';
import { createSeriesHash } from './series-hash.ts';
import { LONGEST_NUMBER, NOT_WRITTEN, writeFewBits, writeShort } from './write-number.ts';

/** A place in a LineBuffer, between two lines: what stands before it. */
export type Mark = Extent;

const START: Mark = { bytes: 0, lines: 0 };
/** What it has at first, and beyond which it is not kept for the next batch. */
const [FIRST_BYTES, KEPT_BYTES] = [256 * 1024, 16 * 1024 ** 2];
/** Most bytes that UTF-8 needs for one unit of a JavaScript string. */
const BYTES_PER_UNIT = 3;
const [COMMA, SPACE, NEWLINE] = [44, 32, 10];
const FEW_BYTES = 200;

/**
 * Lines of line protocol as bytes, one after the other, each with a hash of its series. Lines written as texts and
 * joined cost twice the CPU, and most of the collector's garbage.
 */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #series: number[] = [];
  #bounds = createLineBounds();
  #hash = createSeriesHash();
  /** Of the line being written: where it, its own tags and its fields start. */
  #lineStart = 0;
  #tagsStart = 0;
  #seriesEnd = 0;

  /**
   * Begins a line with its measurement and tags, which are escaped already; what is the same often comes as bytes.
   * @throws PermanentError when more were begun than `allow` said
   */
  startLine(measurement: Uint8Array, commonTags: Uint8Array, tags: string): void {
    this.#bounds.start();
    this.#lineStart = this.#length;
    this.#copy(measurement);
    this.#copy(commonTags);
    this.#hash.begin(measurement, commonTags);
    this.#tagsStart = this.#length;
    this.#write(tags);
    this.#seriesEnd = this.#length;
  }

  /**
   * Adds a field. Whole numbers are exact; of others at least nine significant digits are kept, which is more than
   * anything measured has.
   * @param start the field's name with its equals sign
   * @param value a finite number
   */
  addNumber(start: Uint8Array, value: number): void {
    this.#startField(start);
    this.#reserve(LONGEST_NUMBER);
    this.#endNumber(writeShort(this.#bytes, this.#length, value), value);
  }

  /**
   * Adds a field of which five significant digits are kept, in the way that InfluxDB compresses best.
   * @param start the field's name with its equals sign
   * @param value a finite number
   */
  addRounded(start: Uint8Array, value: number): void {
    this.#startField(start);
    this.#reserve(LONGEST_NUMBER);
    const rounded = toFewBits(value);
    this.#endNumber(writeFewBits(this.#bytes, this.#length, rounded), rounded);
  }

  /** @param text quoted and escaped already */
  addText(start: Uint8Array, text: string): void {
    this.#startField(start);
    this.#write(text);
  }

  /**
   * Ends the line that was begun. One without fields is none, and is taken back.
   * @throws PermanentError when it is beyond what `allow` said, or its tags are too long
   */
  endLine(time: Uint8Array): void {
    if (this.#length === this.#seriesEnd) {
      this.#length = this.#lineStart;
      return;
    }
    this.#series.push(this.#hash.end(this.#bytes, this.#tagsStart, this.#seriesEnd));
    this.#reserve(1);
    this.#bytes[this.#length++] = SPACE;
    this.#copy(time);
    this.#reserve(1);
    this.#bytes[this.#length++] = NEWLINE;
    this.#bounds.check(this.#length, this.#series.length, this.#seriesEnd - this.#lineStart);
  }

  /** What may be added from now on, until it is allowed again. */
  allow(more: Extent): void {
    this.#bounds.allow(this.mark(), more);
  }

  mark(): Mark {
    return { bytes: this.#length, lines: this.#series.length };
  }

  /** Takes back all lines from a mark on. */
  cut({ bytes, lines }: Mark): void {
    this.#length = bytes;
    this.#series.length = lines;
  }

  /** Empties it for other lines. */
  clear(): void {
    this.cut(START);
    this.allow(NO_BOUND);
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** Hashes of measurement and tags of each line from a mark on. */
  seriesFrom(mark: Mark): readonly number[] {
    return this.#series.slice(mark.lines);
  }

  /**
   * The lines between two marks, or all of them; each with its end of line.
   * @returns a view of the buffer, good until lines are added or taken back
   */
  bytes(from: Mark = START, to: Mark = this.mark()): Uint8Array {
    return this.#bytes.subarray(from.bytes, to.bytes);
  }

  toString = (): string => this.#bytes.toString('utf8', 0, this.#length);

  #startField(start: Uint8Array): void {
    this.#reserve(1);
    this.#bytes[this.#length] = this.#length === this.#seriesEnd ? SPACE : COMMA;
    this.#length += 1;
    this.#copy(start);
  }

  #endNumber(end: number, value: number): void {
    if (end === NOT_WRITTEN) this.#write(String(value));
    else this.#length = end;
  }

  #copy(part: Uint8Array): void {
    const { length } = part;
    this.#reserve(length);
    const bytes = this.#bytes;
    const from = this.#length;
    // Few bytes are copied one by one sooner than by a call.
    if (length > FEW_BYTES) bytes.set(part, from);
    else for (let at = 0; at < length; at++) bytes[from + at] = part[at] ?? 0;
    this.#length = from + length;
  }

  #write(text: string): void {
    const units = text.length;
    this.#reserve(units * BYTES_PER_UNIT);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let unit = 0; unit < units; unit++) {
      const code = text.charCodeAt(unit);
      if (code > 127) {
        at += bytes.write(text.slice(unit), at);
        break;
      }
      bytes[at++] = code;
    }
    this.#length = at;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
