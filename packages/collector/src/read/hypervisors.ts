import { defined } from '@nestwatch/common/defined';
import { type Row, textIn } from './cells.ts';
import { NODE_SPAN_MS } from './node-state.ts';
import { ask, call, equals, type Reader, since } from './query.ts';

/** What decides how a machine switches between its guests. */
export interface Hypervisor {
  /** Of its CPU, as `cpuid` has it, such as "AuthenticAMD". */
  readonly vendor?: string;
  /** AMD's features of virtualization that its CPU shows, such as "npt"; absent where it reported none. */
  readonly features?: ReadonlySet<string>;
  /** Series of kernel.org that its kernel is or is based on, such as "6.1"; absent where its version tells nothing. */
  readonly kernel?: string;
}

/** Finds what a node last reported; undefined where it reported nothing. */
export type HypervisorOf = (lab: string, node: string | undefined) => Hypervisor | undefined;

const VENDOR = 'cpu.vendor';
const UPSTREAM = 'kernel.upstream';
const BASIS = 'kernel.basis';
const SVM = /^svm\.(\w+)$/;
const FACTS = [
  ...[
    'npt',
    'nrip_save',
    'vgif',
    'v_vmsave_vmload',
    'avic',
    'decodeassists',
    'flushbyasid',
    'vmcb_clean',
  ].map((feature) => `svm.${feature}`),
  ...[VENDOR, UPSTREAM, BASIS],
];

/** Reads it of all nodes, as it was at a moment, µs since 1970. @throws as Store.query */
export async function readHypervisors(store: Reader, nowUs: number): Promise<HypervisorOf> {
  const series = await ask(store, {
    select: [call('last', 'value')],
    from: 'nestwatch_fact',
    where: [
      since(nowUs - NODE_SPAN_MS * 1000),
      `(${FACTS.map((fact) => equals('fact', fact)).join(' OR ')})`,
    ],
    by: ['lab', 'node', 'fact'],
  });
  const facts = new Map<string, Map<string, string>>();
  for (const { tags, rows } of series) {
    const key = keyOf(tags);
    const own = facts.get(key) ?? new Map<string, string>();
    facts.set(key, own.set(tags['fact'] ?? '', textIn(rows[0], 'value')));
  }
  const found = new Map([...facts].map(([key, own]) => [key, hypervisorIn(own)]));
  return (lab, node) => found.get(keyOf({ lab, node: node ?? '' }));
}

const keyOf = (tags: Row) => `${textIn(tags, 'lab')}\0${textIn(tags, 'node')}`;

function hypervisorIn(facts: ReadonlyMap<string, string>): Hypervisor {
  const reported = [...facts].filter(([fact, value]) => SVM.test(fact) && value !== '');
  const features = reported.filter(([, value]) => value === 'yes').map(([fact]) => fact.replace(SVM, '$1'));
  // A kernel with fixes of later ones under the number of an old one switches as none of them does.
  const upstream = facts.get(BASIS) === 'backported' ? undefined : facts.get(UPSTREAM);
  return defined({
    vendor: facts.get(VENDOR) || undefined,
    features: reported.length === 0 ? undefined : new Set(features),
    kernel: /^\d+\.\d+/.exec(upstream ?? '')?.[0],
  });
}
