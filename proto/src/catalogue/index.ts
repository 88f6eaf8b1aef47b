import { acceptance } from './acceptance.ts';
import { alert } from './alert.ts';
import { benchmark } from './benchmark.ts';
import { beyond } from './beyond.ts';
import { capability } from './capability.ts';
import { clockCost } from './clock-cost.ts';
import { collector } from './collector.ts';
import { context } from './context.ts';
import { cpuTime } from './cpu-time.ts';
import { delivery } from './delivery.ts';
import { disk } from './disk.ts';
import { environment } from './environment.ts';
import { event } from './event.ts';
import { exitAmplification } from './exit-amplification.ts';
import { exitLatency } from './exit-latency.ts';
import { exitReason, tracedGuest } from './exit-trace.ts';
import { fact } from './fact.ts';
import { forgotten } from './forgotten.ts';
import { guest } from './guest.ts';
import { guestBoot } from './guest-boot.ts';
import { guestLimits, guestMemory, guests } from './guests.ts';
import { kernelTrouble } from './kernel-trouble.ts';
import { ksm } from './ksm.ts';
import { kvmGuest, kvmHost, kvmOther } from './kvm-host.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { net } from './net.ts';
import { presence } from './presence.ts';
import { pressure } from './pressure.ts';
import { probe } from './probe.ts';
import { report } from './report.ts';
import { runDelay } from './run-delay.ts';
import { slowdown } from './slowdown.ts';
import { timerLatency } from './timer-latency.ts';
import { topology } from './topology.ts';
import type { Field, Measurement } from './types.ts';
import { verdict } from './verdict.ts';

export { acceptance } from './acceptance.ts';
export { alert } from './alert.ts';
export { benchmark } from './benchmark.ts';
export { beyond } from './beyond.ts';
export { collector } from './collector.ts';
export { delivery } from './delivery.ts';
export * from './enumerations.ts';
export { event } from './event.ts';
export { exitAmplification } from './exit-amplification.ts';
export { exitReason, tracedGuest } from './exit-trace.ts';
export { forgotten } from './forgotten.ts';
export { guestBoot } from './guest-boot.ts';
export { presence } from './presence.ts';
export { report } from './report.ts';
export { slowdown } from './slowdown.ts';
export { topology } from './topology.ts';
export * from './types.ts';

/**
 * The metric catalogue: the single source of the InfluxDB schema, of docs/reference/metrics.md and of the dashboards'
 * queries. Tests fail when the protobuf messages, the documents or the dashboards disagree with it.
 */
export const catalogue: readonly Measurement[] = [
  report,
  capability,
  fact,
  verdict,
  guest,
  topology,
  presence,
  guestBoot,
  cpuTime,
  exitLatency,
  timerLatency,
  clockCost,
  kvmHost,
  kvmGuest,
  kvmOther,
  tracedGuest,
  exitReason,
  exitAmplification,
  guests,
  guestLimits,
  guestMemory,
  runDelay,
  pressure,
  context,
  memory,
  ksm,
  disk,
  net,
  load,
  kernelTrouble,
  probe,
  benchmark,
  environment,
  event,
  forgotten,
  delivery,
  beyond,
  collector,
  slowdown,
  alert,
  acceptance,
];

/** One field of one measurement. @throws when the catalogue has none: a mistake in the code */
export function fieldOf(measurement: string, field: string): Field {
  const found = catalogue.find(({ name }) => name === measurement)?.fields.find(({ name }) => name === field);
  if (found === undefined) throw new Error(`the catalogue has no ${measurement} ${field}`);
  return found;
}
