import { isUsual, type ObservedSet } from '../result.ts';
import { BASE, baseIndex } from '../table/base.ts';
import { figure } from '../table/words.ts';
import { type WorkName, workOf } from '../works/list.ts';
import { mixed, repeats, switched, timers } from './comparisons.ts';
import { counted, deepest, exitsByLayer, LAYERS, outermost } from './figures.ts';

/** What the figures mean for people who choose a kernel: only sentences that the results of these sets support. */
export function conclusions(sets: readonly ObservedSet[]): string[] {
  const base = sets[baseIndex(sets)];
  const ofBase =
    base === undefined
      ? []
      : [amplification, switching, processes, memory, devices, idling].map((each) => each(base));
  return [
    ...ofBase,
    ...extremes(sets),
    ...timers(sets, base),
    ...switched(sets),
    ...slowBoots(sets, base),
    ...mixed(sets, base),
    repeats(sets),
  ].filter((sentence) => sentence !== undefined);
}

/** "3.28 exits from guest1, 24.5 from guest2"; undefined where a layer has no figure. */
function byLayer(set: ObservedSet, work: WorkName): string | undefined {
  const values = exitsByLayer(set, work);
  if (values.length < 2) return undefined;
  return values
    .map((value, at) => `${figure(value)}${at === 0 ? ' exits' : ''} from guest${at + 1}`)
    .join(', ');
}

function amplification(set: ObservedSet): string | undefined {
  const [cpuid, timer] = [byLayer(set, 'cpuid'), byLayer(set, 'timer')];
  if (cpuid === undefined || timer === undefined) return undefined;
  const times = (['cpuid', 'timer'] as const).flatMap((work) =>
    exitsByLayer(set, work).flatMap((value, at, all) => (at === 0 ? [] : [value / (all[at - 1] ?? value)])),
  );
  const [least, most] = [Math.min(...times), Math.max(...times)].map((each) => each.toFixed(1));
  return `With ${BASE} in all layers, one CPUID costs guest0 ${cpuid}; one timer of 1 ms ${timer}: each further layer multiplies the cost by ${least} to ${most}.`;
}

function switching(set: ObservedSet): string | undefined {
  const counts = counted(set, 'cpuid', 2)?.counts[0];
  if (counts === undefined) return undefined;
  const each = (reason: string) =>
    `${figure((counts[`exit.${reason}`] ?? 0) / workOf('cpuid').pieces)} ${reason.toUpperCase()}`;
  return `The instruction itself is one exit of guest2; the others come from KVM of guest1, which switches between guests: ${['vmload', 'vmsave', 'vmrun', 'msr'].map(each).join(', ')} for each CPUID.`;
}

function processes(set: ObservedSet): string | undefined {
  const cells = LAYERS.map((layer) => counted(set, 'spawn', layer));
  const own = cells[0]?.counts[0]?.['exit.cpuid'];
  const all = byLayer(set, 'spawn');
  if (own === undefined || all === undefined) return undefined;
  return `A new process (fork and exec of BusyBox) executes CPUID ${Math.round(own / workOf('spawn').pieces)} times, as its C library starts: this alone costs guest0 nearly all of ${all}. Few processes help a deep layer more than any kernel.`;
}

function memory(set: ObservedSet): string | undefined {
  const layer = deepest(set, 'touch');
  const exits = outermost(counted(set, 'touch', layer));
  if (exits === undefined || exits > 0.1) return undefined;
  return `The first touch of memory costs almost no exits where the hypervisor gives huge pages: 16,384 pages of guest${layer} in machines whose memory is in pages of 2 MiB.`;
}

function devices(set: ObservedSet): string | undefined {
  const [read, packet] = [byLayer(set, 'read'), byLayer(set, 'packet')];
  if (read === undefined || packet === undefined) return undefined;
  return `A read of 4 KiB through virtio costs guest0 ${read}; a small packet and its answer ${packet}: batches save more the deeper they are made.`;
}

function idling(set: ObservedSet): string | undefined {
  const layer = set.layers.length - 1;
  const exits = outermost(counted(set, 'idle', layer));
  if (exits === undefined) return undefined;
  return `A cascade of ${set.layers.length} layers that idles still makes ${figure(exits)} exits at guest0 in a second.`;
}

/** Which kernel in all layers is best and worst at what tells most. */
function extremes(sets: readonly ObservedSet[]): (string | undefined)[] {
  return (['cpuid', 'timer', 'boot'] as const).map((work) => {
    const layer = Math.max(...sets.map((set) => deepest(set, work)));
    const alike = sets.flatMap((set) => {
      const isAlike = isUsual(set) && !set.name.includes(',');
      const exits = isAlike ? outermost(counted(set, work, layer)) : undefined;
      return exits === undefined ? [] : [{ name: set.name.replace(/ \d layers$/, ''), exits }];
    });
    const sorted = alike.sort((one, other) => one.exits - other.exits);
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (least === undefined || most === undefined || sorted.length < 2) return undefined;
    const ratio = most.exits / least.exits;
    const { piece } = workOf(work);
    if (ratio < 1.1) return `For one ${piece} in guest${layer} the kernels differ by less than 10 %.`;
    return `For one ${piece} in guest${layer}, ${least.name} needs the fewest exits at guest0 (${figure(least.exits)}) and ${most.name} the most (${figure(most.exits)}, ×${figure(ratio)}).`;
  });
}

/** Where shadow pages are thrown away: what makes a deep layer slow that needs no more exits than with others. */
const MANY_ZAPPED = 1000;

function slowBoots(sets: readonly ObservedSet[], base: ObservedSet | undefined): string[] {
  const usual = base === undefined ? 0 : zappedIn(base).zapped;
  return sets.flatMap((set) => {
    const { zapped, faults, layer, state, stack } = zappedIn(set);
    if (zapped < MANY_ZAPPED || zapped < 10 * usual) return [];
    const end = state === 'counted' ? 'until user space' : `until it was given up (${state})`;
    return [
      `${set.name}: while guest${layer} boots, ${end}, guest0 takes ${figure(zapped)} pages of its shadow page tables away again (${BASE}: ${figure(usual)}) and handles ${figure(faults)} page faults.${stack === undefined ? '' : ` Most often by ${stack}.`}`,
    ];
  });
}

/** Of the deepest layer that began to boot. */
function zappedIn(set: ObservedSet) {
  const [run] = set.runs.filter(({ cpus }) => cpus === 1);
  const boot = run?.works.findLast(({ work, counts }) => work === 'boot' && counts.length > 0);
  const counts = boot?.counts[0] ?? {};
  const told = run?.stacks[`guest${boot?.layer}`]?.find((each) => each.startsWith('guest0:'));
  const callers = told
    ?.replace(/^guest0:\s*\d+ /, '')
    .split('<')
    .filter((name) => name !== '' && !name.includes('prepare_zap'))
    .slice(0, 4);
  return {
    layer: boot?.layer,
    state: boot?.state,
    zapped: counts['shadow.zapped'] ?? counts['kvm.mmu_shadow_zapped'] ?? 0,
    faults: counts['kvm.pf_taken'] ?? 0,
    stack: callers?.map((name) => `\`${name}\``).join(', called by '),
  };
}
