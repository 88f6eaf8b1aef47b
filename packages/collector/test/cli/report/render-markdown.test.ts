import { expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/cli/report/render-markdown.ts';
import { report } from '../../support/report.ts';

test('Markdown keeps its tables whole, whatever the texts hold', () => {
  const text = renderMarkdown(report);
  expect(text).toContain('# Lab a\\|b, 2026-01-01 00:00');
  expect(text).toContain('| slow \\| &lt;b> |');
  expect(text.endsWith('\n')).toBe(true);
});
