import { BUCKETS, inboxPrefix, KINDS, subjects } from '@nestwatch/proto';

/** What a user of the NATS server may do; subjects as in the server's configuration. */
export interface Permissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

/**
 * The least that an agent needs. It can publish as itself only, and read only what concerns it: its confirmations, its
 * lab's lease of benchmarks, and who serves in a round of net.http. It may not create consumers: a consumer delivers to
 * any subject, and so would let it speak as another.
 */
export function nodePermissions(lab: string, node: string): Permissions {
  const { benchmarkLeases, rounds, watermarks } = BUCKETS;
  const directGet = (bucket: string, key: string) => `$JS.API.DIRECT.GET.KV_${bucket}.$KV.${bucket}.${key}`;
  return {
    publish: [
      ...KINDS.map((kind) => subjects.report(lab, node, kind)),
      subjects.sync(lab, node),
      directGet(watermarks, `${lab}.${node}.*`),
      `$KV.${benchmarkLeases}.${lab}`,
      `$JS.API.STREAM.INFO.KV_${benchmarkLeases}`,
      directGet(benchmarkLeases, lab),
      `$KV.${rounds}.${lab}.*.${node}`,
      `$KV.${rounds}.${lab}.*._token`,
      `$JS.API.STREAM.INFO.KV_${rounds}`,
      directGet(rounds, `${lab}.>`),
      subjects.roundReply(lab, node),
    ],
    subscribe: [
      `${inboxPrefix(lab, node)}.>`,
      subjects.written(lab, node),
      `$KV.${benchmarkLeases}.${lab}`,
      `$KV.${rounds}.${lab}.>`,
      subjects.round(lab),
    ],
  };
}

/** What a collector needs: all reports, the streams and buckets of nestwatch, and to answer. */
export function collectorPermissions(): Permissions {
  return {
    publish: ['nestwatch.>', '$JS.API.>', '$JS.ACK.>', '$KV.>', '_INBOX.>'],
    subscribe: ['nestwatch.>', '$KV.>', '_INBOX.>'],
  };
}
