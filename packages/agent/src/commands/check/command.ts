import { writeFileSync } from 'node:fs';
import { machine } from 'node:os';
import { paintFor } from '@nestwatch/common/cli/colour';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { systemClock } from '@nestwatch/common/clock';
import type { Verdict } from '../../capability/assess.ts';
import { assess } from '../../capability/assess.ts';
import { loadIssues } from '../../capability/known-issues/load-issues.ts';
import { createGuestFinder } from '../../guests/guest-finder.ts';
import { createFileHost } from '../../host/file-host.ts';
import { recordAnswers } from '../../host/record-answers.ts';
import type { agentSchema } from '../../runtime/config/schema.ts';
import { bootTinyGuest, bootVerdict } from './boot.ts';
import { compareTools } from './compare.ts';
import { checkJson } from './json.ts';
import { renderCheck, renderComparison } from './render.ts';
import { requiredRules, unmetRequirements } from './require.ts';

/** Something that is required is not so. 1 and 2 are taken. */
const UNMET = 3;

/**
 * `nestwatch-agent check`: what this machine can host, at once, without NATS and configuration.
 * @returns the exit code: 0 good, 1 warnings, 2 cannot host; with --require 0, or 3 where something is not so
 */
export async function checkCommand(context: CommandContext<typeof agentSchema>): Promise<number> {
  const { config, options, signal, stdout, stderr, env } = context;
  const required = typeof options['require'] === 'string' ? requiredRules(options['require']) : undefined;
  const { host, answers } = recordAnswers(createFileHost(config['host.root']), machine());
  const guests = await createGuestFinder(host, systemClock).find();
  const position = { layer: config.layer, parent: config.parent };
  const issues = await loadIssues(config['known-issues.file']);
  if (issues.problem !== undefined) stderr.write(`${issues.problem}\n`);
  let assessment = await assess({ host, guests, position, issues });
  if (typeof options['record'] === 'string') {
    writeFileSync(options['record'], `${JSON.stringify(answers, undefined, 1)}\n`);
    stderr.write(
      `what was read is in ${options['record']}, with the names of this machine: look through it first\n`,
    );
  }
  if (options['boot']) {
    if (stderr.isTTY) stderr.write('starting a tiny guest under KVM ...\n');
    const booted = await bootTinyGuest(assessment.facts, 'kvm', signal);
    assessment = { ...assessment, verdicts: [bootVerdict(booted), ...assessment.verdicts] };
  }
  const comparison = options['compare'] ? await compareTools(assessment, env, signal) : undefined;
  const unmet = unmetRequirements(required ?? [], assessment);
  const exitCode = required === undefined ? exitCodeOf(assessment.verdicts) : unmet.length > 0 ? UNMET : 0;
  for (const each of unmet) stderr.write(`required, but not met: ${each}\n`);
  if (options['json']) {
    const json = checkJson(assessment, exitCode, comparison, required && unmet);
    stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
    return exitCode;
  }
  const paint = paintFor(stdout, env);
  stdout.write(renderCheck(assessment, paint, options['facts'] === true));
  if (comparison !== undefined) stdout.write(`\n${renderComparison(comparison, paint)}`);
  return exitCode;
}

/** 2: it hosts no guests, or a tiny one did not run. 1: something warns, or failed without keeping guests away. 0: good. */
export function exitCodeOf(verdicts: readonly Verdict[]): 0 | 1 | 2 {
  const decides = (rule: string) => rule === 'can-host' || rule === 'guest-runs';
  if (verdicts.some(({ rule, level }) => decides(rule.name) && level === 'fail')) return 2;
  return verdicts.some(({ level }) => level === 'warn' || level === 'fail') ? 1 : 0;
}
