import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriers } from '../support/axe.ts';
import { RECORDED_LAB, writeRecording } from '../support/cascade-recording.ts';
import { chromium, desk, inBrowser, phone, REFRESH, useBrowser, usePageLab } from '../support/page-lab.ts';
import { cutTexts, faintTexts } from '../support/page-looks.ts';

/** Pictures of the recorded cascade, to be looked at; `npm run pictures` makes those in docs/images. */
const pictures = resolve(import.meta.dirname, '../../.nestwatch/screenshots');
const page = usePageLab();

describe.skipIf(chromium === undefined)(inBrowser, () => {
  const browser = useBrowser();

  test.each(['/', '/lab/inception', '/lab/inception/node/n3'])('fits a phone: %s', async (path) => {
    await using tab = await browser().open(page().url + path, phone);
    await tab.until('document.querySelector("#connection.live")');
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    expect(await tab.evaluate<string[]>(`(${cutTexts})()`)).toEqual([]);
  });

  test.each([false, true])('can be read by everybody, dark %s', async (dark) => {
    await using tab = await browser().open(page().labUrl, { ...desk, dark });
    await tab.until('document.querySelector("#connection.live")');
    expect(await tab.evaluate<string[]>(`(${faintTexts})()`)).toEqual([]);
  });

  test('two spans are chosen by slider', async () => {
    await using tab = await browser().open(`${page().labUrl}/compare?before=30&after=14&span=10`, phone);
    const value = (name: string) => `document.querySelector('form[data-spans] [name=${name}]').value`;
    const said = (name: string) =>
      `document.querySelector('form[data-spans] [name=${name}]').getAttribute('aria-valuetext')`;
    await tab.until(`${said('before')} === "30 days ago"`);
    // The first span ends before the second begins: the one that is not moved gives way.
    await tab.evaluate(`{ const after = document.querySelector('form[data-spans] [name=after]');
      after.value = 40; after.dispatchEvent(new Event('input', { bubbles: true })); }`);
    expect([await tab.evaluate(value('before')), await tab.evaluate(said('before'))]).toEqual([
      '40',
      '40 days ago',
    ]);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    expect(await tab.evaluate<string[]>(`(${cutTexts})()`)).toEqual([]);
    expect(await barriers(tab)).toEqual([]);
    await tab.evaluate('document.querySelector("form[data-spans]").requestSubmit()');
    await tab.until('location.search === "?before=40&after=40&span=10"');
  });

  describe('pictures', () => {
    let recorded: TestLab;
    let address: string;
    beforeAll(async () => {
      recorded = await createTestLab();
      // Nobody watches: a recording gives no further rounds, which would be alerts.
      const settings = { ...REFRESH, NESTWATCH_WATCH_ENABLED: 'false' };
      address = (await recorded.startCollector(settings)).url;
      // Last of all, so that it has just ended however busy this machine is.
      await writeRecording(recorded.store, Date.now() * 1000);
    });
    afterAll(async () => {
      await recorded?.[Symbol.asyncDispose]();
    });

    test.each([
      { name: 'lab', path: '', screen: desk, whole: true },
      { name: 'lab-dark', path: '', screen: { ...desk, dark: true }, whole: false },
      { name: 'lab-phone', path: '', screen: phone, whole: false },
      { name: 'node', path: '/node/', screen: desk, whole: false },
    ])('shows the four layers of a real cascade: picture $name', async ({ name, path, screen, whole }) => {
      const { nodes } = (await (await fetch(`${address}/api/lab?lab=${RECORDED_LAB}`)).json()) as {
        nodes: { node: string; layer: number }[];
      };
      expect(nodes.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
      const below = path === '' ? '' : `${path}${nodes[2]?.node}`;
      await using tab = await browser().open(`${address}/lab/${RECORDED_LAB}${below}`, screen);
      await tab.until('document.querySelector("#connection.live")');
      expect(await tab.evaluate('document.querySelectorAll(".spark-line").length')).toBeGreaterThan(6);
      mkdirSync(pictures, { recursive: true });
      writeFileSync(join(pictures, `${name}.png`), await tab.screenshot(whole));
    });
  });
});
