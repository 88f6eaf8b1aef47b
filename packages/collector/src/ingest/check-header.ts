import { PermanentError } from '@nestwatch/common/errors';
import { harmless, harmlessUpTo } from '@nestwatch/common/harmless';
import type { HeaderShape, ReportSubject } from '@nestwatch/proto';
import { RUN_ID_PATTERN } from '../delivery/run-key.ts';

/** A header whose values are all there and within bounds. */
export interface CheckedHeader {
  lab: string;
  node: string;
  name: string;
  /** Of this run of the agent; `boot` on the wire. */
  runId: string;
  seq: number;
  wallUs: number;
  monoUs: number;
  labUs?: number;
  labRate?: number;
  agentVersion: string;
  intervalMs: number;
  layer?: number;
  parent: string;
  /** Up to here the agent has freed everything, by its own word. */
  freed: number;
}

const EARLIEST_US = Date.UTC(2015, 0) * 1000;
const LATEST_US = Date.UTC(2100, 0) * 1000;
const LONGEST_TEXT = 256;
const DEEPEST_LAYER = 64;
/** Maximum length of a refused text in the reason. */
const SHOWN_CHARACTERS = 80;

/**
 * Checks a decoded header against the subject it came by and against what is possible at all.
 * @throws PermanentError naming the first field that is wrong.
 */
export function checkHeader(header: HeaderShape | null | undefined, subject: ReportSubject): CheckedHeader {
  if (header === null || header === undefined) throw new PermanentError('header is missing');
  if (header.lab !== subject.lab) throw refused('lab', header.lab, `${subject.lab}, as in the subject`);
  if (header.node !== subject.node) throw refused('node', header.node, `${subject.node}, as in the subject`);
  const { boot, labUs, labRate, layer } = header;
  if (!RUN_ID_PATTERN.test(boot ?? '')) throw refused('boot', boot, String(RUN_ID_PATTERN));
  const seq = within('seq', header.seq, 1, Number.MAX_SAFE_INTEGER);
  const checked: CheckedHeader = {
    lab: subject.lab,
    node: subject.node,
    name: boundedText('name', header.name),
    runId: boot ?? '',
    freed: within('freed', header.freed ?? 0, 0, seq - 1),
    seq,
    wallUs:
      labUs == null
        ? within('wall_us', header.wallUs, EARLIEST_US, LATEST_US)
        : within('wall_us', header.wallUs, 0, Number.MAX_SAFE_INTEGER),
    monoUs: within('mono_us', header.monoUs ?? 0, 0, Number.MAX_SAFE_INTEGER),
    agentVersion: boundedText('agent_version', header.agentVersion),
    intervalMs: within('interval_ms', header.intervalMs ?? 0, 0, 0xffffffff),
    parent: boundedText('parent', header.parent),
  };
  if (labUs != null) checked.labUs = within('lab_us', labUs, EARLIEST_US, LATEST_US);
  if (labRate != null) checked.labRate = within('lab_rate', labRate, 0, 1e6);
  if (layer != null) checked.layer = within('layer', layer, 0, DEEPEST_LAYER);
  return checked;
}

function boundedText(name: string, value: string | null | undefined): string {
  const text = value ?? '';
  if (text.length > LONGEST_TEXT) throw refused(name, `${text.length} characters`, `at most ${LONGEST_TEXT}`);
  return harmless(text);
}

function within(name: string, value: number | null | undefined, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw refused(name, value, `a number from ${min} to ${max}`);
  }
  return value;
}

function refused(name: string, given: unknown, allowed: string): PermanentError {
  const shown = JSON.stringify(typeof given === 'string' ? harmlessUpTo(given, SHOWN_CHARACTERS) : given);
  return new PermanentError(`header field ${name} is ${shown}, allowed is ${allowed}`);
}
