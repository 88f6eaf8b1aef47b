/** One line of a trace: an exit, the entry after it, or an exit of a guest's guest. */
interface TraceRecord {
  readonly kind: 'exit' | 'entry' | 'nested';
  /** Thread of the vCPU. */
  readonly thread: number;
  readonly atUs: number;
  /** Of exits; empty of entries. */
  readonly reason: string;
}

const KINDS = { kvm_exit: 'exit', kvm_entry: 'entry', kvm_nested_vmexit: 'nested' } as const;

/**
 * "<name>-<thread> [<cpu>] <flags> <seconds>: <event>: …". The name may hold blanks and more, so what follows is looked for
 * from its end; a name has 15 characters, too few for all of this.
 */
const LINE = /^.{1,16}-(\d+)\s+(?:\([^)]*\)\s+)?\[\d+\]\s+(?:\S+\s+)?(\d+)\.(\d{6}): (kvm_\w+):\s+(.*)$/;
/** Up to Linux 5.5 a record begins with the reason, since then with the vCPU. Some names have a blank in them. */
const REASON = /(?:^|\s)reason:? (.+?) (?:rip|ext_int|info1?)\b/;

/** The records in a text of tracefs, in its order; other lines are left out. */
export function* parseRecords(text: string): Generator<TraceRecord> {
  for (const line of lines(text)) {
    const match = LINE.exec(line);
    const kind = match === null ? undefined : KINDS[match[4] as keyof typeof KINDS];
    if (match === null || kind === undefined) continue;
    const [, thread = '', seconds = '', micros = '', , rest = ''] = match;
    const reason = kind === 'entry' ? '' : (REASON.exec(rest)?.[1] ?? '');
    if (kind !== 'entry' && reason === '') continue;
    yield {
      kind,
      thread: Number(thread),
      atUs: Number(seconds) * 1e6 + Number(micros),
      reason: reasonName(reason),
    };
  }
}

/** Without copying the whole text once more. */
function* lines(text: string): Generator<string> {
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    yield text.slice(from, at);
    from = at + 1;
  }
}

/** A reason as it is reported: without the prefix of kernels before 5.9, and harmless as a tag. */
export function reasonName(name: string): string {
  return name
    .replace(/^EXIT_/, '')
    .replaceAll(/[^\w-]+/g, '_')
    .slice(0, 40);
}
