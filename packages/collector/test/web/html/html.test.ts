import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeHtml, html } from '../../../src/web/html/html.ts';

test('values are escaped, HTML is not, lists are joined, nothing is left of undefined and false', () => {
  const inner = html`<b>${'<script>alert("x")</script>'}</b>`;
  expect(html`${inner}|${[inner, 'a&b']}|${undefined}${false}|${0}`.text).toBe(
    '<b>&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;</b>|<b>&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;</b>a&#38;b||0',
  );
});

test('no text can end an attribute or begin a tag', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(escapeHtml(text))));
});
