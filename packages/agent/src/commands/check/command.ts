import { writeFileSync } from 'node:fs';
import { machine } from 'node:os';
import { paintFor } from '@nestwatch/common/cli/colour';
import { systemClock } from '@nestwatch/common/clock';
import { VERSION } from '@nestwatch/common/version';
import { type Assessment, assess } from '../../capability/assess.ts';
import { createGuestFinder } from '../../guests/guest-finder.ts';
import { createFileHost } from '../../host/file-host.ts';
import { bootTinyGuest, bootVerdict } from './boot.ts';
import { compareTools } from './compare.ts';
import { exitCodeOf } from './exit-code.ts';
import { checkJson } from './json.ts';
import { recordAnswers } from './record.ts';
import { renderCheck } from './render.ts';
import { renderComparison } from './render-comparison.ts';

export interface CheckOptions {
  readonly root: string;
  readonly json: boolean;
  /** Start a tiny guest with an installed QEMU. */
  readonly boot: boolean;
  /** Ask the other tools that are installed. */
  readonly compare: boolean;
  /** File that everything read is written to, so that this machine can be assessed again elsewhere. */
  readonly record?: string | undefined;
  /** Show the facts too. */
  readonly facts: boolean;
  readonly layer?: number | undefined;
  readonly parent?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly stdout: { write(text: string): unknown; isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; isTTY?: boolean };
}

/**
 * `nestwatch-agent check`: what this machine can host, at once, without NATS and configuration.
 * @returns the exit code: 0 good, 1 warnings, 2 cannot host
 */
export async function checkCommand(options: CheckOptions): Promise<number> {
  const { signal, stdout, stderr, env } = options;
  const { host, answers } = recordAnswers(createFileHost(options.root), machine());
  const guests = await createGuestFinder(host, systemClock).find();
  let assessment: Assessment = await assess({
    host,
    guests,
    position: { layer: options.layer, parent: options.parent },
  });
  if (options.record !== undefined)
    writeFileSync(options.record, `${JSON.stringify(answers, undefined, 1)}\n`);
  if (options.boot) {
    if (stderr.isTTY === true) stderr.write('starting a tiny guest under KVM ...\n');
    const booted = await bootTinyGuest({ facts: assessment.facts, accelerator: 'kvm', signal });
    assessment = { ...assessment, verdicts: [bootVerdict(booted), ...assessment.verdicts] };
  }
  const comparison = options.compare ? await compareTools(assessment, env, signal) : undefined;
  const exitCode = exitCodeOf(assessment.verdicts);
  if (options.json) {
    stdout.write(
      `${JSON.stringify(checkJson(assessment, { version: VERSION, exitCode, comparison }), undefined, 2)}\n`,
    );
  } else {
    const paint = paintFor(stdout, env);
    stdout.write(renderCheck(assessment, paint, options.facts));
    if (comparison !== undefined) stdout.write(`\n${renderComparison(comparison, paint)}`);
  }
  return exitCode;
}
