import { CHANGE_KINDS } from '../../analysis/changes/changes.ts';

/** JSON Schema 2020-12, as far as the answers need it. */
export type Schema = Readonly<Record<string, unknown>>;

const TEXT: Schema = { type: 'string' };
const FLAG: Schema = { type: 'boolean' };
const COUNT: Schema = { type: 'integer', minimum: 0 };
const NUMBER: Schema = { type: 'number' };
const TIME: Schema = { type: 'integer', description: 'µs since 1970-01-01T00:00:00Z' };
const LAYER: Schema = { type: 'integer', minimum: 0, description: 'Depth: 0 is the hypervisor on hardware' };
const SEVERITY: Schema = { enum: ['info', 'warning', 'critical'] };
const NAME: Schema = { type: 'string', description: 'Chosen by the machine itself; may be hostile' };

/** An object that has these, and no others; keys that end with "?" may be missing. */
function object(description: string, properties: Readonly<Record<string, Schema>>): Schema {
  const named = Object.entries(properties).map(([key, schema]) => [key.replace(/\?$/, ''), schema] as const);
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(named),
    required: Object.keys(properties).filter((key) => !key.endsWith('?')),
    additionalProperties: false,
  };
}

const listOf = (items: Schema): Schema => ({ type: 'array', items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const node = {
  lab: TEXT,
  node: { type: 'string', description: 'Id of the machine, which stays when it is renamed' },
  name: NAME,
  'layer?': LAYER,
  'parent?': { type: 'string', description: 'Id of the node that runs it; absent where there is none' },
  lastSeenUs: TIME,
  silent: { ...FLAG, description: 'It has not reported for 3 minutes' },
  'place?': object('How its layer and parent are known', { by: TEXT, reason: TEXT }),
  'canHost?': { ...FLAG, description: 'Whether it can run guests with KVM' },
  'stealRatio?': { ...NUMBER, description: 'Share of stolen CPU time, newest sample' },
  'benchmark?': object('The newest result', {
    name: TEXT,
    secondsPerUnit: NUMBER,
    unit: TEXT,
    atUs: TIME,
  }),
  'capabilityAtUs?': TIME,
  'sampleAtUs?': TIME,
};

export const SCHEMAS = {
  Lab: object('One lab', {
    lab: TEXT,
    nodes: COUNT,
    silent: { ...COUNT, description: 'Nodes that have not reported for 3 minutes' },
    lastSeenUs: TIME,
    firing: object('Alerts that fire', { info: COUNT, warning: COUNT, critical: COUNT }),
  }),
  Node: object('One machine. Absent fields were not reported', node),
  NodeDetail: object('One machine, with its details', {
    ...node,
    facts: listOf(object('Its facts', { fact: TEXT, value: TEXT, reason: TEXT, source: TEXT })),
    probes: listOf(
      object('State of a probe at the newest sample', {
        probe: TEXT,
        state: TEXT,
        reason: TEXT,
        durationUs: NUMBER,
      }),
    ),
  }),
  Alert: object('One alert', {
    lab: TEXT,
    node: { type: 'string', description: 'Id of the node; "lab" for the lab as a whole' },
    name: NAME,
    'layer?': LAYER,
    rule: TEXT,
    subject: { type: 'string', description: 'Part of the node, such as a benchmark; may be empty' },
    severity: SEVERITY,
    text: { type: 'string', description: 'The whole story' },
    silenced: { ...FLAG, description: 'A silence suppresses it' },
    firedUs: TIME,
    'resolvedUs?': TIME,
    'title?': TEXT,
    'cause?': { type: 'string', description: 'The most likely cause; empty if none was found' },
  }),
  Event: object('Something that happened on a machine', {
    atUs: TIME,
    name: NAME,
    'layer?': LAYER,
    text: TEXT,
  }),
  Change: object('One change of one machine', {
    kind: { enum: CHANGE_KINDS },
    node: TEXT,
    name: NAME,
    'layer?': LAYER,
    what: TEXT,
    figure: { type: 'string', description: 'How much' },
    'atUs?': {
      ...TIME,
      description: 'When it happened, µs since 1970; absent if only both ends are known',
    },
    'severity?': SEVERITY,
  }),
  Error: object('Why there is no answer', { error: TEXT }),
  Labs: object('All labs, most recent report first', { nowUs: TIME, labs: listOf(ref('Lab')) }),
  Nodes: object('The machines of a lab, by layer and name', {
    lab: TEXT,
    nowUs: TIME,
    nodes: listOf(ref('Node')),
  }),
  Alerts: object('Alerts of a lab', { lab: TEXT, nowUs: TIME, alerts: listOf(ref('Alert')) }),
  Events: object('Events of a lab, the newest first', {
    lab: TEXT,
    nowUs: TIME,
    events: listOf(ref('Event')),
  }),
  Changes: object('What is different, by kind, layer and name', {
    lab: TEXT,
    sinceUs: TIME,
    toUs: TIME,
    changes: listOf(ref('Change')),
    notes: { ...listOf(TEXT), description: 'What could not be compared' },
  }),
} as const;

export type SchemaName = keyof typeof SCHEMAS;
