import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { News } from '../../../src/alerting/targets/news.ts';
import { checkTemplate, fill } from '../../../src/alerting/targets/template.ts';

const news = (given: Partial<News>) => given as News;

test('whatever a text is, the JSON has the structure of the template', () => {
  const template = { a: 'at {{name}}!', b: ['{{name}}', { c: '{{ summary }}' }], d: 7 };
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, summary) => {
      const filled = JSON.parse(JSON.stringify(fill(template, news({ name, summary }))));
      expect(filled).toEqual({ a: `at ${name}!`, b: [name, { c: summary }], d: 7 });
    }),
  );
});

test('a field within a field is none, nor is a pattern of replacements', () => {
  expect(fill('{{name}} {{lab}}', news({ name: "{{lab}}$&$'", lab: 'l' }))).toBe("{{lab}}$&$' l");
});

test('one field alone is what it is; a missing one is null, and nothing within a text', () => {
  const given = news({ layer: 3, causes: ['a', 'b'] });
  expect(fill(['{{layer}}', '{{causes}}', '{{link}}'], given)).toEqual([3, ['a', 'b'], null]);
  expect(fill('{{causes}}: {{link}}.', given)).toBe('a\nb: .');
});

test('a template that never ends is refused', () => {
  const nested: unknown[] = [];
  nested.push(nested);
  expect(() => checkTemplate(nested)).toThrow(/levels of nesting/);
});
