import { expect, test } from 'vitest';
import type { Conversation } from '../../observatory/conversation.ts';
import { observeBoot } from '../../observatory/observe-boot.ts';
import { workOf } from '../../observatory/works/list.ts';
import { simulateLab } from './simulated-lab.ts';

const NO_TIME = { bootMs: 20, workMs: 20 };
const WORKS = (['cpuid', 'timer', 'idle'] as const).map(workOf);

async function observe(conversation: Conversation, layers: number, limits = { bootMs: 5000, workMs: 5000 }) {
  const said: string[] = [];
  conversation.line({ layer: 'guest0', text: 'ready' });
  const say = (line: string) => void said.push(line);
  const observed = await observeBoot({ conversation, layers, works: WORKS, limits, idleMs: 1, say });
  return { ...observed, said };
}
/** guest1 costs one exit at guest0, guest2 one at guest1 and eight at guest0. */
const exitsOf = (program: string, layer: number) =>
  program === 'cpuid' || program === 'timer' ? (layer === 1 ? [1000] : [8000, 1000]) : [];

test('each work is counted in each layer, less what reading the counters costs', async () => {
  const { works, lacking, stacks } = await observe(simulateLab({ exits: exitsOf }), 3);
  const found = works.map(({ work, layer, state, counts }) => [
    `${work} guest${layer} ${state}`,
    counts.slice(0, layer).map((each) => each['kvm.exits'] ?? 0),
  ]);
  expect(found).toEqual([
    ['boot guest1 counted', [507]],
    ['cpuid guest1 counted', [1000]],
    ['timer guest1 counted', [1000]],
    ['boot guest2 counted', [14, 500]],
    ['cpuid guest2 counted', [8000, 1000]],
    ['timer guest2 counted', [8000, 1000]],
    ['idle guest2 counted', [0, 0]],
  ]);
  expect(works.filter(({ agrees }) => agrees === false)).toEqual([]);
  expect(lacking).toEqual({ guest0: ['kvm/kvm_msr'], guest1: ['kvm/kvm_msr'] });
  expect(stacks['guest2']).toEqual([
    'guest0: 12 kvm_mmu_prepare_zap_page<kvm_mmu_zap_all',
    'guest1: 12 kvm_mmu_prepare_zap_page<kvm_mmu_zap_all',
  ]);
});

test('what does not agree is repeated, and said when it never does', async () => {
  let at = 0;
  const exits = (program: string) =>
    program === 'cpuid' ? [++at === 1 ? 3000 : 1000] : program === 'timer' ? [++at * 1000] : [];
  const { works } = await observe(simulateLab({ exits }), 2);
  const [, cpuid, timer] = works;
  expect(cpuid).toMatchObject({ agrees: true, repetitions: [[3000], [1000], [1000]] });
  expect(cpuid?.counts[0]?.['kvm.exits']).toBe(1000);
  expect(timer).toMatchObject({ agrees: false, repetitions: { length: 5 } });
});

test.each([
  ['guest2 ended with 1', 1],
  ['no /dev/kvm, so no guest2', 1],
])('a layer that cannot come up ends the boot with the reason: %s', async (text, depth) => {
  const starting = (layer: number) => [layer === 2 ? { depth, text } : { depth: layer, text: 'ready' }];
  const { works } = await observe(simulateLab({ exits: exitsOf, starting }), 4);
  expect(works.at(-1)).toMatchObject({ work: 'boot', layer: 2, state: 'failed', why: text });
  // What was counted until then is kept.
  expect(works.at(-1)?.counts[1]?.['kvm.exits']).toBe(500);
});

test('a layer that does not come up in its time is recorded with what was counted until then', async () => {
  const starting = (layer: number) => (layer === 2 ? [] : [{ depth: layer, text: 'ready' }]);
  const { works, said } = await observe(simulateLab({ exits: exitsOf, starting }), 3, NO_TIME);
  expect(works.at(-1)).toMatchObject({ work: 'boot', layer: 2, state: 'hung' });
  expect(works.at(-1)?.counts[1]?.['kvm.exits']).toBe(500);
  expect(said.at(-1)).toMatch(
    /^guest2: boot hung \(not up after 0 s of this machine\): 14 in guest0, 500 in guest1/,
  );
});

test('a layer that hangs in a work leaves those behind it out', async () => {
  const answers = (depth: number, order: string, program: string) =>
    !(depth === 1 && order === 'work' && program === 'cpuid');
  const { works } = await observe(simulateLab({ exits: exitsOf, answers }), 3, NO_TIME);
  expect(works.map(({ work, layer, state }) => `${work} guest${layer} ${state}`)).toEqual([
    'boot guest1 counted',
    'cpuid guest1 hung',
    'timer guest1 not reached',
    'boot guest2 not reached',
  ]);
});

test('a program that fails is recorded, and the others are counted', async () => {
  const lab = simulateLab({ exits: exitsOf });
  const real = lab.ask;
  const failing: Conversation = {
    ...lab,
    ask: async (depth, order, limitMs, word) => {
      const said = await real(depth, order, limitMs, word);
      return order === 'work' && word === 'cpuid' ? { ...said, answer: '' } : said;
    },
  };
  const { works } = await observe(failing, 2);
  expect(works.map(({ work, state }) => `${work} ${state}`)).toEqual([
    'boot counted',
    'cpuid failed',
    'timer counted',
    'idle counted',
  ]);
});

test('a guest0 that does not come up is recorded as such', async () => {
  const conversation = simulateLab({ exits: exitsOf });
  const options = { conversation, layers: 2, works: WORKS, limits: NO_TIME, idleMs: 1, say: () => {} };
  expect((await observeBoot(options)).works).toMatchObject([{ work: 'boot', layer: 0, state: 'hung' }]);
});
