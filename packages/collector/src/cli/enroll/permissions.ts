import { BUCKETS, inboxPrefix, KINDS, subjects } from '@nestwatch/proto';

/** What a user of the NATS server may do; subjects as in the server's configuration. */
export interface Permissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

/** What an account takes from the collectors' account, and all that its user may do. */
export interface Access {
  /** Subjects on which it reaches collectors: imported as services. */
  readonly services: readonly string[];
  /** Subjects on which collectors reach it: imported as streams. */
  readonly streams: readonly string[];
  /** Where answers reach it; in its own account. */
  readonly inbox: string;
}

/**
 * The least that an agent needs. It reports as itself only and reads only what concerns it. It writes no key: the
 * collector that grants turns does that for it. A reply subject that it names is one of its own account.
 */
export function nodeAccess(lab: string, node: string): Access {
  return {
    services: [
      ...KINDS.map((kind) => subjects.report(lab, node, kind)),
      subjects.sync(lab, node),
      subjects.turn(lab, node),
      subjects.payload(lab, node),
      subjects.roundReply(lab, node),
      directGet(BUCKETS.watermarks, `${lab}.${node}.*`),
    ],
    streams: [subjects.written(lab, node), subjects.round(lab)],
    inbox: `${inboxPrefix(lab, node)}.>`,
  };
}

/**
 * What the NATS server of a site may pass on: what the nodes of its labs may do, and nothing more. Where it keeps their
 * reports itself, these are taken from its stream, and pass in no other way.
 */
export function siteAccess(labs: readonly string[], store: boolean): Access {
  const all = labs.map((lab) => nodeAccess(lab, '*'));
  const isReport = (subject: string) => KINDS.some((kind) => subject.endsWith(`.${kind}`));
  return {
    services: all.flatMap(({ services }) => services.filter((each) => !store || !isReport(each))),
    streams: all.flatMap(({ streams }) => streams),
    inbox: '_INBOX.>',
  };
}

/** What the command `nestwatch` needs to show what collectors know: alerts and silences. */
export const readOnlyAccess: Access = { services: [subjects.read('*')], streams: [], inbox: '_INBOX.>' };

/** The same, and what changes something: silences, rounds of benchmarks, decisions. */
export const operatorAccess: Access = {
  services: [...readOnlyAccess.services, subjects.operate('*')],
  streams: [],
  inbox: '_INBOX.>',
};

/**
 * What one account may hold of the server, which has places for this many connections in all, and copies each answer for each
 * subscription. An agent needs one connection, and more for as long as the server does not know of one that it is gone.
 */
export const LIMITS = {
  connections: 32,
  subscriptionsOfEach: 32,
  /** Servers that connect with the key of a node or a person. */
  leafNodes: 0,
  /** One subscription for each node, two for each lab and a few for the answers. */
  subscriptionsOfSite: 10_000,
};

/** All that the collectors' account offers to others. */
export const exported: Pick<Access, 'services' | 'streams'> = {
  services: [...nodeAccess('*', '*').services, ...operatorAccess.services],
  streams: nodeAccess('*', '*').streams,
};

/** A round that an operator asks for is answered many times: with what each node says, and with each result. */
export function isAnsweredOften(service: string): boolean {
  return service === subjects.operate('*');
}

export function permissionsOf({ services, streams, inbox }: Access): Permissions {
  return { publish: services, subscribe: [inbox, ...streams] };
}

/**
 * What an agent needs where it shares an account with JetStream, as in 0.1.0: the same, and the keys that agents of
 * 0.1.0 write themselves. It may not create consumers: a consumer delivers to any subject.
 */
export function sharedNodePermissions(lab: string, node: string): Permissions {
  const { benchmarkLeases, rounds } = BUCKETS;
  const own = permissionsOf(nodeAccess(lab, node));
  return {
    publish: [
      ...own.publish,
      `$KV.${benchmarkLeases}.${lab}`,
      `$JS.API.STREAM.INFO.KV_${benchmarkLeases}`,
      directGet(benchmarkLeases, lab),
      `$KV.${rounds}.${lab}.*.${node}`,
      `$KV.${rounds}.${lab}.*._token`,
      `$JS.API.STREAM.INFO.KV_${rounds}`,
      directGet(rounds, `${lab}.>`),
    ],
    subscribe: [...own.subscribe, `$KV.${benchmarkLeases}.${lab}`, `$KV.${rounds}.${lab}.>`],
  };
}

/**
 * What a collector needs: all reports, the streams and buckets of nestwatch, and to answer. Answers to other accounts go
 * by `_R_`; without `$JS.FC` a watch of a bucket with thousands of keys stops in the middle. `$JS.*.API` is JetStream of
 * sites that keep messages themselves.
 */
export function collectorPermissions(): Permissions {
  return {
    publish: [
      'nestwatch.>',
      '$JS.API.>',
      '$JS.*.API.>',
      '$JS.ACK.>',
      '$JS.FC.>',
      '$KV.>',
      '_INBOX.>',
      '_R_.>',
    ],
    subscribe: ['nestwatch.>', '$KV.>', '_INBOX.>'],
  };
}

function directGet(bucket: string, key: string): string {
  return `$JS.API.DIRECT.GET.KV_${bucket}.$KV.${bucket}.${key}`;
}
