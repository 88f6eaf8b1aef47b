import { expect, test } from 'vitest';
import { usePageLab } from '../support/page-lab.ts';
import { SEEDED_LAB } from '../support/seed-lab.ts';

const page = usePageLab();

test('a page that may load nothing but itself', async () => {
  const answer = await fetch(page().url);
  expect(answer.status).toBe(200);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  for (const text of [await answer.text(), await (await fetch(page().labUrl)).text()]) {
    expect(text).not.toMatch(/<script(?! src="\/)|<style| style="| on\w+="|https?:\/\/(?!www\.w3\.org)/);
  }
  const text = await (await fetch(page().labUrl)).text();
  for (const name of ['guest0', 'guest1', 'guest2', 'guest3']) expect(text).toContain(name);
});

test('the same as JSON', async () => {
  const view = (await (await fetch(`${page().url}/api/lab?lab=${SEEDED_LAB}`)).json()) as {
    nodes: { name: string; layer: number; metrics: Record<string, { last: number }> }[];
  };
  expect(view.nodes.map(({ name, layer }) => [name, layer])).toEqual([
    ['guest0', 0],
    ['guest1', 1],
    ['guest2', 2],
    ['guest3', 3],
  ]);
  const exits = view.nodes.map(({ metrics }) => metrics['exit']?.last ?? 0);
  expect([...exits].sort((a, b) => a - b)).toEqual(exits);
});

test.each([
  '/lab/none',
  '/lab/inception/node/none',
  '/lab/../etc/passwd',
  '/lab/%ff',
  '/nothing',
  '/lab/inception/x/y/z',
  // A listener is kept for what there is to see only.
  '/events?lab=none',
  '/events?lab=inception&node=none',
  '/events?lab=..',
])('%s is not there', async (path) => expect((await fetch(page().url + path)).status).toBe(404));

test('nothing for a web site that pointed its name here', async () => {
  const { request } = await import('node:http');
  const status = await new Promise((resolve, reject) =>
    request(page().url, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.statusCode))
      .once('error', reject)
      .end(),
  );
  expect(status).toBe(421);
});

test('files are not sent again while they are the same', async () => {
  const first = await fetch(`${page().url}/assets/page.css`);
  const etag = first.headers.get('etag') ?? '';
  expect((await fetch(`${page().url}/assets/page.css`, { headers: { 'if-none-match': etag } })).status).toBe(
    304,
  );
});
