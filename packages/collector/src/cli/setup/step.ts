/** What a step made, so that it can be taken back; JSON. */
export type Note = Readonly<Record<string, unknown>>;

/** One thing that is to be so. */
export interface Step {
  /** Its key in the record; never changes. */
  readonly name: string;
  /** What is so after it, in a few words. */
  readonly what: string;
  /**
   * Whether it is so already.
   * @param changed how many steps before it changed something now
   * @throws UsageError where something of others is in the way, with the way out
   */
  isDone(changed: number): boolean | Promise<boolean>;
  /**
   * @param before what it made at an earlier time
   * @returns what it has made by now
   * @throws UsageError, after which nothing of it is left half-done
   */
  make(before: Note | undefined): Note | Promise<Note>;
  /** Takes back what it made. @returns what it left alone, for people */
  undo(note: Note): string | undefined;
}
