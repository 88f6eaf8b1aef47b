import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ascending, quantile } from '@nestwatch/common/statistics';
import { type Found, failure, known, remark, unknown } from '../host/host.ts';
import { currentCpu } from '../host/process-stat.ts';
import { probe, type Value } from './probe.ts';
import { type Stopwatch, stopwatch as systemStopwatch } from './stopwatch.ts';

/** As many samples as fit in the time; in guest3 of a deep cascade one costs a good part of a millisecond. */
const MOST_SAMPLES = 32;
const BUDGET_US = 5000;
/** A guest that is preempted meanwhile gets more time, so that a median outvotes the one sample that it hit. */
const ENOUGH_SAMPLES = 8;
const LIMIT_US = 50_000;
/** Fewer than this have no median to speak of. */
const LEAST_SAMPLES = 3;
/** The first reads also load code and caches. */
const WARM_UP = 2;
/** One CPUID leaf: eax, ebx, ecx, edx (arch/x86/kernel/cpuid.c). */
const LEAF_BYTES = 16;

/**
 * The cost of one instruction that always exits to the hypervisor: CPUID, through a read of /dev/cpu/N/cpuid, less
 * a read of as many bytes of /dev/zero. It is the clearest single number for depth: an exit of a guest of a guest
 * is several exits of its parent (Ben-Yehuda et al., "The Turtles Project", OSDI 2010).
 *
 * N is the CPU this thread runs on, because a read of another's wakes that one by an interrupt, which costs exits
 * of its own. All reads happen at once, on the main thread, so that it is likely to stay there.
 */
export const exitLatency = (now: Stopwatch = systemStopwatch) =>
  probe('exitLatency', 'Cost of an instruction that always exits to the hypervisor', async ({ host }) =>
    measureExits(host.root, now),
  );

export function measureExits(root: string, now: Stopwatch = systemStopwatch): Found<Value<'exitLatency'>> {
  const timed = timeReads(root, `/dev/cpu/${currentCpu(root)}/cpuid`, now);
  if (timed.state === 'known') return summarise(timed.value);
  return timed.state === 'absent' ? remark(timed, 'modprobe cpuid makes it, on x86') : timed;
}

interface TimedReads {
  exitUs: number[];
  plainUs: number[];
}

/** Reads both files in turn, so that both meet the same conditions. */
function timeReads(root: string, exiting: string, now: Stopwatch): Found<TimedReads> {
  const result: TimedReads = { exitUs: [], plainUs: [] };
  const open: number[] = [];
  let path = exiting;
  try {
    const exitFile = openSync(join(root, exiting), 'r');
    open.push(exitFile);
    path = '/dev/zero';
    const plainFile = openSync(join(root, path), 'r');
    open.push(plainFile);
    path = exiting;
    const buffer = Buffer.alloc(LEAF_BYTES);
    const startUs = now();
    for (let at = -WARM_UP; at < MOST_SAMPLES; at += 1) {
      const beforeUs = now();
      const bytes = readSync(exitFile, buffer, 0, LEAF_BYTES, 0);
      const betweenUs = now();
      readSync(plainFile, buffer, 0, LEAF_BYTES, 0);
      const afterUs = now();
      if (bytes < LEAF_BYTES) return unknown(`${exiting}: ${bytes} bytes, not ${LEAF_BYTES}`);
      if (at < 0) continue;
      result.exitUs.push(betweenUs - beforeUs);
      result.plainUs.push(afterUs - betweenUs);
      const tookUs = afterUs - startUs;
      if (tookUs > (result.exitUs.length < ENOUGH_SAMPLES ? LIMIT_US : BUDGET_US)) break;
    }
    return known(result);
  } catch (error) {
    return failure(path, error);
  } finally {
    for (const file of open) closeSync(file);
  }
}

function summarise({ exitUs, plainUs }: TimedReads): Found<Value<'exitLatency'>> {
  const samples = exitUs.length;
  if (samples < LEAST_SAMPLES) {
    return unknown(`the time limit allowed only ${samples} of ${MOST_SAMPLES} reads`);
  }
  const exits = ascending(exitUs);
  const baselineUs = quantile(ascending(plainUs), 0.5) ?? 0;
  // What is not above the cost of a plain read was not measured.
  const net = (us = Number.NaN) => (us > baselineUs ? us - baselineUs : null);
  const medianUs = net(quantile(exits, 0.5));
  if (medianUs === null) {
    return unknown(
      'a plain read took as long as one that exits: something disturbed them, or CPUID costs nothing here',
    );
  }
  return known({
    medianUs,
    p99Us: net(quantile(exits, 0.99)),
    minUs: net(exits[0]),
    baselineUs,
    samples,
  });
}
