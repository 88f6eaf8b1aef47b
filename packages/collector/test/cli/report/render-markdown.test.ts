import { expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/cli/report/render-markdown.ts';
import { report } from '../../support/report.ts';

test('Markdown keeps its tables whole, whatever the texts hold', () => {
  const text = renderMarkdown(report);
  expect(text).toContain('# Lab a\\|b, 2026-01-01 00:00');
  expect(text).toContain('| slow \\| &lt;b> |');
  expect(text).toContain('| win11 | guest1 | stands still | 0 | 12.0 | 42 s | kept |');
  expect(text.endsWith('\n')).toBe(true);
  expect(text).toContain('| node | benchmark | rounds | since | alone | vs parent | trust | alerts |');
  expect(text).toContain('| cpu.sha256 of guest1 | alice | a \\| new kernel | c0ffee |');
});
