import { byName } from '../../read/natural.ts';
import type { Figure, ShownFigure } from '../view/figures.ts';
import { rankOf, type Tone, worst } from '../view/tone.ts';
import { type Trouble, troubleReader } from '../view/trouble.ts';
import type { LabView, NodeView } from '../view/view.ts';

/** A machine with the guests that it runs. */
export interface Machine {
  readonly node: NodeView;
  readonly figure: Figure;
  readonly trouble: Trouble | undefined;
  /** Trouble first, then by name. */
  readonly guests: readonly Machine[];
  /** The worst of it and of all below it. */
  readonly tone: Tone;
  /** Machines, itself and all below it. */
  readonly size: number;
}

export interface Forest {
  /** Machines that stand on none that is known. */
  readonly roots: readonly Machine[];
  /** Names of machines that run each other, as they say; each is shown once. */
  readonly inCircles: readonly string[];
}

/** Deeper machines are shown in the box of the last one above them: browsers do not nest without end. */
const DEEPEST = 12;

/** What was measured last says nothing of now. */
const SILENT: Figure = { text: 'silent', tone: 'bad' };

interface Growing {
  readonly node: NodeView;
  readonly depth: number;
  readonly guests: Growing[];
}

/** The machines of a lab as trees, each machine once. Without recursion: a hostile chain is thousands deep. */
export function forestOf(view: LabView, shown: ShownFigure): Forest {
  const sorted = [...view.nodes].sort(
    (a, b) => (a.layer ?? Infinity) - (b.layer ?? Infinity) || byName(a.name, b.name),
  );
  const known = new Set(sorted.map(({ node }) => node));
  const children = new Map<string, NodeView[]>();
  const roots: NodeView[] = [];
  for (const node of sorted) {
    const isBelow = node.parent !== undefined && node.parent !== node.node && known.has(node.parent);
    const siblings = isBelow ? (children.get(node.parent ?? '') ?? []) : roots;
    if (isBelow) children.set(node.parent ?? '', siblings);
    siblings.push(node);
  }
  const placed: Growing[] = [];
  const found = new Set<string>();
  const grow = (root: NodeView): Growing => {
    const top: Growing = { node: root, depth: 0, guests: [] };
    const waiting = [top];
    found.add(root.node);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      placed.push(at);
      for (const node of children.get(at.node.node) ?? []) {
        if (found.has(node.node)) continue;
        found.add(node.node);
        const guest: Growing = { node, depth: at.depth + 1, guests: at.depth + 1 < DEEPEST ? [] : at.guests };
        at.guests.push(guest);
        waiting.push(guest);
      }
    }
    return top;
  };
  const tops = roots.map(grow);
  const circles = sorted.filter(({ node }) => !found.has(node));
  // The first of each circle stands for it, and the others are below it.
  for (const node of circles) if (!found.has(node.node)) tops.push(grow(node));
  return { roots: finish(tops, placed, view, shown), inCircles: circles.map(({ name }) => name) };
}

/** From the leaves up: a machine placed later stands lower. */
function finish(
  tops: readonly Growing[],
  placed: readonly Growing[],
  view: LabView,
  shown: ShownFigure,
): Machine[] {
  const troubleOf = troubleReader(view);
  const figureOf = shown.reader(view);
  const done = new Map<Growing, Machine>();
  const machinesOf = (growing: readonly Growing[]) =>
    growing.flatMap((each) => done.get(each) ?? []).sort(troubleFirst);
  for (const at of [...placed].reverse()) {
    // Guests below the deepest share one list, which belongs to the machine above them.
    const guests = at.depth >= DEEPEST ? [] : machinesOf(at.guests);
    const [figure, trouble] = [at.node.silent ? SILENT : figureOf(at.node), troubleOf(at.node)];
    done.set(at, {
      node: at.node,
      figure,
      trouble,
      guests,
      tone: worst([
        figure.tone,
        ...(trouble === undefined ? [] : [trouble.tone]),
        ...guests.map(({ tone }) => tone),
      ]),
      size: guests.reduce((sum, guest) => sum + guest.size, 1),
    });
  }
  return machinesOf(tops);
}

/** By trouble and then by name, never by a value: a list that changes its order at each reading is unreadable. */
function troubleFirst(a: Machine, b: Machine): number {
  const order = ({ tone }: Machine) => Math.min(rankOf(tone), rankOf('good'));
  return order(a) - order(b) || byName(a.node.name, b.node.name);
}
