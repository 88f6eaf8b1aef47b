import type { ConflictRecord, WantedDecision } from '../topology/decide.ts';
import type { TopologyService } from '../topology/topology.ts';
import type { Page } from './alerts.ts';
import type { Verb } from './serve.ts';
import { labIn, lineIn } from './texts.ts';

const PAGE = 250;
const LONGEST_NAME = 256;

/** Claims that cannot all be true and that nobody decided: of `lab`, or of all labs; those behind `after`. */
export function readConflicts(topology: Pick<TopologyService, 'conflicts'>): Verb {
  return async (body): Promise<Page<ConflictRecord>> => {
    const lab = body['lab'] === undefined ? undefined : labIn(body);
    const after = typeof body['after'] === 'string' ? body['after'] : '';
    const all = topology.conflicts(lab).map((conflict) => ({ conflict, key: keyOf(conflict) }));
    const items = all.filter(({ key }) => key > after).sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = items.slice(0, PAGE);
    const more = items.length > PAGE ? page.at(-1)?.key : undefined;
    return { items: page.map(({ conflict }) => conflict), ...(more !== undefined && { more }) };
  };
}

/** Decides who runs a node: `lab`, `node` and `parent` (id or name; "none" for nobody), `by`. */
export function acceptClaim(topology: Pick<TopologyService, 'accept'>): Verb {
  return async (body, { name }) => {
    const wanted: WantedDecision = {
      lab: labIn(body),
      node: lineIn(body['node'], LONGEST_NAME),
      parent: lineIn(body['parent'], LONGEST_NAME),
      // As the server knows the operator, or as he says himself.
      by: name ?? lineIn(body['by'], LONGEST_NAME),
    };
    return topology.accept(wanted);
  };
}

function keyOf({ lab, node }: ConflictRecord): string {
  return `${lab}/${node}`;
}
