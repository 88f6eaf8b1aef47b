import { appendFileSync, writeFileSync } from 'node:fs';
import { escaped } from '@nestwatch/common/harmless';
import type { Compared } from './against.ts';
import { isSlower, markdownOf, sentenceOf } from './comparison-text.ts';

/** A report in the form of JUnit, as GitLab, Jenkins and others read it: a test for each benchmark. */
export function junitOf(compared: readonly Compared[], timestamp: string): string {
  const cases = compared.map((each) => {
    const name = `name="${escapeXml(each.title)}" classname="nestwatch-agent.bench"`;
    const message = `message="${escapeXml(sentenceOf(each))}"`;
    if (isSlower(each)) return `    <testcase ${name}><failure ${message} type="slower"/></testcase>\n`;
    if (each.change === undefined || each.change.verdict === 'too little to tell')
      return `    <testcase ${name}><skipped ${message}/></testcase>\n`;
    return `    <testcase ${name}><system-out>${escapeXml(sentenceOf(each))}</system-out></testcase>\n`;
  });
  const failures = compared.filter(isSlower).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    `  <testsuite name="nestwatch-agent bench" timestamp="${timestamp}" tests="${compared.length}" failures="${failures}">\n`,
    ...cases,
    '  </testsuite>\n</testsuites>\n',
  ].join('');
}

export function writeJunit(path: string, compared: readonly Compared[], timestamp: string): void {
  writeFileSync(path, junitOf(compared, timestamp));
}

/** Lines that GitHub Actions shows beside a change (workflow commands, "error" and "notice"). */
export function githubLines(compared: readonly Compared[]): string {
  return compared
    .map((each) => {
      const kind = isSlower(each) ? 'error' : 'notice';
      return `::${kind} title=${escapeProperty(`nestwatch: ${each.title}`)}::${escapeData(sentenceOf(each))}\n`;
    })
    .join('');
}

/** Adds the table to the summary of a job of GitHub Actions. @param path GITHUB_STEP_SUMMARY */
export function addSummary(path: string, compared: readonly Compared[], changes: readonly string[]): void {
  appendFileSync(path, `### nestwatch-agent bench\n\n${markdownOf(compared, changes)}\n`);
}

function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  // XML 1.0 has no control characters, not even as references.
  return escaped(text).replace(/[&<>"]/g, (each) => `&${names[each]};`);
}

const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
