import { clockCost } from './clock-cost.ts';
import { context } from './context.ts';
import { cpuTime } from './cpu-time.ts';
import { disk } from './disk.ts';
import { exitLatency } from './exit-latency.ts';
import { guests } from './guests.ts';
import { kernelTrouble } from './kernel-trouble.ts';
import { ksm } from './ksm.ts';
import { kvmHost } from './kvm-host.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { net } from './net.ts';
import { pressure } from './pressure.ts';
import type { ProbeFactory } from './probe.ts';
import { runDelay } from './run-delay.ts';
import { timerLatency } from './timer-latency.ts';

/** Every probe, in the order in which a tick runs them: what is read first is disturbed least by the others. */
export const probes: readonly ProbeFactory[] = [
  cpuTime,
  context,
  runDelay,
  pressure,
  exitLatency,
  timerLatency,
  clockCost,
  kvmHost,
  guests,
  memory,
  ksm,
  disk,
  net,
  load,
  kernelTrouble,
];
