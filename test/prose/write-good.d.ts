declare module 'write-good' {
  /** A finding: where it begins in the text, how long it is, and why, with the words themselves. */
  interface Suggestion {
    readonly index: number;
    readonly offset: number;
    readonly reason: string;
  }
  export default function writeGood(
    text: string,
    checks?: Readonly<Record<string, boolean>>,
  ): readonly Suggestion[];
}
