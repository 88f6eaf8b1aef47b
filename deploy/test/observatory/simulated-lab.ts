import { createConversation } from '../../observatory/conversation.ts';

/** How layers answer: without a word, as real ones do; an order may be made to get no answer. */
interface Behaviour {
  /** Exits that a work makes at each layer above, guest0 first, by program and layer. */
  exits(program: string, layer: number): readonly number[];
  /** What a layer that is started says, and its parent. Usually that it is ready. */
  starting?(layer: number): { depth: number; text: string }[];
  /** False: no answer. */
  answers?(depth: number, order: string, program: string): boolean;
}

/** A lab of layers that answer at once, and count what they are told to. */
export function simulateLab({ exits, starting, answers = () => true }: Behaviour) {
  const counters = [0, 0, 0, 0];
  const add = (depth: number, count: number) => {
    counters[depth] = (counters[depth] ?? 0) + count;
  };
  const say = (layer: number, line: string) => conversation.line({ layer: `guest${layer}`, text: line });

  function start(depth: number): void {
    add(depth, 500);
    for (const each of starting?.(depth + 1) ?? [{ depth: depth + 1, text: 'ready' }])
      say(each.depth, each.text);
  }
  const orders: Record<string, (depth: number, program: string) => string> = {
    work(depth, program) {
      for (const [at, count] of exits(program, depth).entries()) add(at, count);
      return program === 'spin' ? '500000000' : '1000000';
    },
    count(depth) {
      // Reading itself costs some.
      add(0, 7);
      return `kvm.exits=${counters[depth]} vm.pgfault=10`;
    },
    prepare: () => 'lacking kvm/kvm_msr',
  };
  const send = async (_: string, name: string, text: string) => {
    const depth = Number(name.slice('guest'.length));
    const [order = '', id = '', program = ''] = text.split(' ');
    if (order === 'child') start(depth);
    else if (answers(depth, order, program)) {
      if (order === 'stacks') say(depth, `stack ${id} 12 kvm_mmu_prepare_zap_page<kvm_mmu_zap_all`);
      say(depth, `answer ${id} ${orders[order]?.(depth, program) ?? ''}`);
    }
  };
  const conversation = createConversation('', new AbortController().signal, send);
  return conversation;
}
