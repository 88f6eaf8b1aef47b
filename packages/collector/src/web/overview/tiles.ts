import { formatAgo } from '@nestwatch/common/quantities';
import { count } from '../../analysis/text.ts';
import { layerText } from '../../read/lab-table.ts';
import { type LabAddress, pathOf } from '../address/lab-address.ts';
import { layerClass } from '../charts/strip.ts';
import { SIGNS } from '../html/chips.ts';
import { type Html, html } from '../html/html.ts';
import { describe } from '../html/machine-box.ts';
import type { ShownFigure } from '../view/figures.ts';
import { worst } from '../view/tone.ts';
import type { LabView } from '../view/view.ts';
import type { Alike } from './alike.ts';
import type { Forest, Machine } from './forest.ts';

interface How {
  readonly address: LabAddress;
  readonly shown: ShownFigure;
  /** A line for each machine, with room for words; else a tile. */
  readonly isLine: boolean;
  readonly fold: (siblings: readonly Machine[]) => readonly (Machine | Alike)[];
  readonly view: Pick<LabView, 'nowUs'>;
  /** Whether they stand in columns already, which have a width of their own. */
  readonly isInColumn?: boolean;
}

/** Whose guests those are that stand on nobody, in `unfold` of an address. */
const NOBODY = 'lab';
const MOST_COLUMNS = 8;
/** From this many boxes on, they stand in columns below each other, as high as each is. */
const COLUMNS_FROM = 4;

/** The machines of a lab, a tile or a line each, in the box of the machine that runs them. */
export function tiles({ roots }: Forest, how: How): Html {
  return html`<div class="nest ${how.isLine ? 'lines' : 'tiles'}"><ol>${siblings(roots, NOBODY, how)}</ol></div>`;
}

/** Guests of one machine: alike ones as one tile, unless the address unfolds them. */
function siblings(machines: readonly Machine[], parent: string, how: How): Html[] {
  const { address } = how;
  const isUnfolded = address.unfold.includes(parent);
  return how.fold(machines).flatMap((each): Html[] => {
    if (!('alike' in each)) return [machine(each, how)];
    const others = address.unfold.filter((node) => node !== parent);
    if (!isUnfolded) return [folded(each, pathOf(address, { unfold: [...others, parent] }), how)];
    const again = html`<li class="m fold"><a href="${pathOf(address, { unfold: others })}" data-view aria-expanded="true">fold ${each.alike.length} alike</a></li>`;
    return [...each.alike.map((one) => machine(one, how)), again];
  });
}

function machine({ node, guests, ...rest }: Machine, how: How): Html {
  const own = tile({ node, guests, ...rest }, how);
  const classes = `layer-${layerClass(node.layer)}`;
  if (guests.length === 0) return html`<li class="m ${classes}" id="m-${node.node}">${own}</li>`;
  const boxes = guests.filter((guest) => guest.guests.length > 0).length;
  const isColumns = !how.isLine && how.isInColumn !== true && boxes >= COLUMNS_FROM;
  const shown = siblings(guests, node.node, isColumns ? { ...how, isInColumn: true } : how);
  const width = boxes > 0 || how.isInColumn === true ? '' : ` w-${columnsFor(shown.length)}`;
  return html`<li class="box ${classes}${width}" id="m-${node.node}">${own}<ol${isColumns && html` class="columns"`}>${shown}</ol></li>`;
}

/** This many tiles stand beside each other: wider than high, as screens are. */
function columnsFor(tiles: number): number {
  return Math.min(MOST_COLUMNS, Math.max(2, Math.ceil(Math.sqrt(tiles * 1.6))));
}

/** One machine as a link that opens its box, or closes it. */
function tile(machine: Machine, how: How): Html {
  const { node, figure, trouble, guests } = machine;
  const isOpen = how.address.open === node.node;
  const path = pathOf(how.address, { open: isOpen ? undefined : node.node });
  const tone = trouble === undefined ? figure.tone : worst([figure.tone, trouble.tone]);
  const below = guests.length === 0 ? '' : guestsText(how.fold(guests), guests.length);
  return html`<a class="tile tone-${tone}${node.silent && ' silent'}" href="${path}" data-view title="${toldOf(machine, below, how)}"${isOpen && html` aria-current="true"`}>${how.isLine && lineBadge(machine)}<span class="sign" aria-hidden="true">${tone !== 'good' && tone !== 'plain' && SIGNS[tone]}</span><span class="name">${node.name}</span>${below !== '' && html`<span class="below">${below}</span>`}${words(machine, how)}<span class="amount">${figure.text}</span></a>`;
}

/** All of it in words, for who points at it. */
function toldOf({ node, figure, trouble }: Machine, below: string, { shown }: How): string {
  const told = [
    `${node.name}, layer ${layerText(node)}`,
    trouble?.text ?? '',
    `${shown.title} ${figure.text}${figure.of === undefined ? '' : ` (${figure.of})`}`,
    below,
  ];
  return told.filter((each) => each !== '').join(' · ');
}

function lineBadge({ node }: Machine): Html {
  return html`<span class="badge">${node.layer === undefined ? layerText(node) : `L${node.layer}`}</span>`;
}

/** What a line has room for; in a tile, what cannot be seen is read out. */
function words({ node, trouble }: Machine, { isLine, view }: How): Html | false {
  if (!isLine) return trouble !== undefined && html`<span class="sr">, ${trouble.text}</span>`;
  return html`<span class="what">${trouble?.text ?? describe(node)}</span><span class="seen">${formatAgo(node.lastSeenUs, view.nowUs)}</span>`;
}

function folded({ alike }: Alike, path: string, { shown, isLine }: How): Html {
  const [first] = alike;
  const names = `${first?.node.name} … ${alike.at(-1)?.node.name}`;
  const range = rangeOf(alike, shown);
  return html`<li class="m fold layer-${layerClass(first?.node.layer)}"><a class="tile tone-${first?.figure.tone ?? 'plain'}" href="${path}" data-view aria-expanded="false" title="${names}: ${shown.title} ${range}"><span class="name">${alike.length} alike</span>${belowText(alike)}${isLine && html`<span class="what">${names}</span>`}<span class="amount">${range}</span></a></li>`;
}

/** "each with 4 to 6 machines"; nothing where they run none. */
function belowText(alike: readonly Machine[]): Html | false {
  const below = alike.map(({ size }) => size - 1);
  const [least, most] = [Math.min(...below), Math.max(...below)];
  if (most === 0) return false;
  return html`<span class="below">each with ${least === most ? count(most, 'machine') : `${least} to ${most} machines`}</span>`;
}

/** "×0.98–1.03", or one figure where all are the same. */
function rangeOf(alike: readonly Machine[], { show }: ShownFigure): string {
  const values = alike.flatMap(({ figure }) => figure.value ?? []);
  const [first] = alike;
  if (values.length < alike.length || show === undefined) return first?.figure.text ?? '';
  const [low, high] = [show(Math.min(...values)), show(Math.max(...values))];
  return low === high ? low : `${low}–${high.replace(/^×/, '')}`;
}

/** "13 guests: 12 alike, 1 not". */
function guestsText(shown: readonly (Machine | Alike)[], guests: number): string {
  const alike = shown.flatMap((each) => ('alike' in each ? [each.alike.length] : []));
  if (alike.length === 0) return count(guests, 'guest');
  const rest = guests - alike.reduce((sum, each) => sum + each, 0);
  return `${count(guests, 'guest')}: ${alike.join(' + ')} alike${rest > 0 ? `, ${rest} not` : ''}`;
}
