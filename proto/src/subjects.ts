/**
 * Every NATS name of nestwatch, in one place.
 *
 *   nestwatch.<lab>.<node>.<kind>   capability, sample, benchmark, event: in stream NESTWATCH, or the one of the lab's shard
 *   nestwatch.<lab>.<node>.dead     what could not be taken in: in stream NESTWATCH_DEAD, or <stream>_DEAD
 *   nestwatch.<lab>.<node>.sync     request and reply: the collector's clock, and the node's place
 *   nestwatch.<lab>.<node>.turn     request and reply: the lab's turn to benchmark
 *   nestwatch.<lab>.<node>.payload  request and reply: who serves in a round of net.http
 *   nestwatch.<lab>.<node>.written  how far everything of this node is in InfluxDB
 *   nestwatch.<lab>.alerts          alerts that fire or resolve
 *   nestwatch.<lab>.round           request: run these benchmarks now, all nodes of the lab
 *   nestwatch.<lab>.<node>.round    what a node answers to it
 *   nestwatch.<lab>.<node>.confirmed.<run>  request and reply, over leaf nodes: that bucket's key, by another name
 *   nestwatch.read.<verb>           request and reply: what collectors know, for people
 *   nestwatch.operate.<verb>        request and reply: what people want done
 */
export const KINDS = ['capability', 'sample', 'benchmark', 'event'] as const;
export type Kind = (typeof KINDS)[number];

export const STREAM = 'NESTWATCH';
/** Name of the stream of a stream's dead letters. */
export const deadStreamOf = (stream: string): string => `${stream}_DEAD`;
export const DEAD_STREAM = deadStreamOf(STREAM);
export const CONSUMER = 'ingest';

/** Key-value buckets. Each lease length needs a bucket of its own, because age is a bucket's property. */
export const BUCKETS = {
  benchmarkLeases: 'nestwatch_benchmark_leases',
  collectorLeases: 'nestwatch_collector_leases',
  rounds: 'nestwatch_rounds',
  topology: 'nestwatch_topology',
  watermarks: 'nestwatch_watermarks',
  alerts: 'nestwatch_alerts',
  invitations: 'nestwatch_invitations',
} as const;

/** What a lab's or a node's id may look like: one subject token, no wildcard, safe as file name and as tag. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export const streamSubjects = KINDS.map((kind) => `nestwatch.*.*.${kind}`);
export const deadSubjects = ['nestwatch.*.*.dead'];

/** What a lab's nodes send, for a stream that has some labs only. */
export const labSubjects = (lab: string): string[] => KINDS.map((kind) => `nestwatch.${lab}.*.${kind}`);
export const labDeadSubjects = (lab: string): string[] => [`nestwatch.${lab}.*.dead`];

export const subjects = {
  report: (lab: string, node: string, kind: Kind) => `nestwatch.${lab}.${node}.${kind}`,
  dead: (lab: string, node: string) => `nestwatch.${lab}.${node}.dead`,
  sync: (lab: string, node: string) => `nestwatch.${lab}.${node}.sync`,
  turn: (lab: string, node: string) => `nestwatch.${lab}.${node}.turn`,
  payload: (lab: string, node: string) => `nestwatch.${lab}.${node}.payload`,
  written: (lab: string, node: string) => `nestwatch.${lab}.${node}.written`,
  alerts: (lab: string) => `nestwatch.${lab}.alerts`,
  round: (lab: string) => `nestwatch.${lab}.round`,
  roundReply: (lab: string, node: string) => `nestwatch.${lab}.${node}.round`,
  read: (verb: string) => `nestwatch.read.${verb}`,
  operate: (verb: string) => `nestwatch.operate.${verb}`,
};

/** Stream of a site that keeps its messages itself, and from which NESTWATCH has them. Its site is JetStream's domain there. */
export function siteStream(site: string): string {
  return `${STREAM}_${site}`;
}

/** Below this the site's stream delivers to that of the centre. */
export function sourcePrefix(site: string): string {
  return `nestwatch-source.${site}`;
}

/** The account of the NATS server that has JetStream and collectors in it. Every node has an account of its own. */
export const ACCOUNT = 'NESTWATCH';

/** Prefix of a node's inboxes: it may subscribe below this only, and so read no answer that is not its own. */
export function inboxPrefix(lab: string, node: string): string {
  return `_INBOX.${lab}.${node}`;
}

export interface ReportSubject {
  lab: string;
  node: string;
  kind: Kind;
}

/** Splits a report's subject; undefined for other subjects. */
export function parseReportSubject(subject: string): ReportSubject | undefined {
  const [prefix, lab, node, kind, ...rest] = subject.split('.');
  if (prefix !== 'nestwatch' || rest.length > 0 || lab === undefined || node === undefined) return undefined;
  if (!ID_PATTERN.test(lab) || !ID_PATTERN.test(node)) return undefined;
  return isKind(kind) ? { lab, node, kind } : undefined;
}

/** The JetStream message id under which a repeated publication is recognised. */
export function messageId(node: string, boot: string, seq: number): string {
  return `${node}/${boot}/${seq}`;
}

function isKind(text: string | undefined): text is Kind {
  return (KINDS as readonly string[]).includes(text ?? '');
}
