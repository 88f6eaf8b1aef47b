import { writeFile } from 'node:fs/promises';
import { pause } from '@nestwatch/common/backoff';
import { attempt, type Host, type Missing, remark, unknown, valueIn } from '../host/host.ts';
import { ANSWER_BYTES, HELPER_ANSWER, wantedFile } from './helper-files.ts';
import { parseAnswer, type TraceAnswer } from './parse-answer.ts';
import { startedIn } from './started-in.ts';
import { LONGEST_TRACE_MS } from './trace.ts';

interface AskOptions {
  readonly host: Host;
  readonly stateDir: string;
  readonly signal: AbortSignal;
  /** ms between two looks for the answer. */
  readonly lookMs?: number;
  /** How long it is waited for, ms. */
  readonly limitMs?: number;
}

/** Beside the trace itself: systemd starts the helper, and Node takes its time on a slow machine. */
const HELPER_START_MS = 20_000;
/** What "systemctl enable" makes. */
const ENABLED = '/etc/systemd/system/multi-user.target.wants/nestwatch-exits.path';
const SWITCH_ON = 'systemctl enable --now nestwatch-exits.path';

/**
 * Has the root-owned helper trace, where it is switched on. Without it the answer is the lack that brought one here, with
 * the way out.
 */
export async function askHelper(lack: Missing, options: AskOptions): Promise<TraceAnswer> {
  const { host, stateDir, signal, lookMs = 500, limitMs = LONGEST_TRACE_MS + HELPER_START_MS } = options;
  const before = await lastAnswer(host);
  const isOn = (await host.link(ENABLED)).state === 'known' || before.startedMs !== undefined;
  if (!isOn) return remark(lack, `or enable its helper: ${SWITCH_ON}`);
  const asked = await attempt(wantedFile(stateDir), () => writeFile(wantedFile(stateDir), 'exits\n'));
  if (asked.state !== 'known') return asked;
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += lookMs) {
    if (!(await pause(lookMs, signal))) break;
    const now = await lastAnswer(host);
    if (now.startedMs !== undefined && now.startedMs !== before.startedMs) return parseAnswer(now.text);
  }
  return unknown(
    'nestwatch-exits.service gave no new answer. It traces at most once a minute; otherwise see "systemctl status nestwatch-exits.service"',
  );
}

async function lastAnswer(host: Host): Promise<{ text: string; startedMs: number | undefined }> {
  const text = valueIn(await host.read(HELPER_ANSWER, ANSWER_BYTES)) ?? '';
  return { text, startedMs: startedIn(text) };
}
