import { nodeText } from '../../text.ts';
import { onPath } from '../cause.ts';

const QUICK = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

/** A clock that is read by an exit instead of an instruction costs every program that asks for the time. */
export const clocksource = onPath((node) => {
  const before = node.before.clocksource;
  const since = node.since.clocksource;
  if (before === undefined || since === undefined || before === since) return undefined;
  const slower = QUICK.includes(before) && !QUICK.includes(since);
  return {
    text: `The clocksource of ${nodeText(node)} changed from ${before} to ${since}${slower ? ', which is read by an exit' : ''}.`,
    weight: slower ? 0.8 : 0.2,
  };
});
