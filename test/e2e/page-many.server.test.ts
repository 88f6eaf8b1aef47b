import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriers } from '../support/axe.ts';
import type { Screen, Tab } from '../support/chromium.ts';
import { writeManyMachines } from '../support/many-machines.ts';
import { chromium, inBrowser, phone, REFRESH, useBrowser } from '../support/page-lab.ts';
import { cutTexts, faintTexts } from '../support/page-looks.ts';

/** Pictures to be looked at; `npm run pictures` makes those in docs/images. */
const pictures = resolve(import.meta.dirname, '../../.nestwatch/screenshots');
const screen = { width: 1280, height: 800 };
const COUNTS = [4, 20, 100, 500] as const;

describe.skipIf(chromium === undefined)(inBrowser, () => {
  const browser = useBrowser();
  let lab: TestLab;
  let url: string;
  beforeAll(async () => {
    lab = await createTestLab();
    for (const count of COUNTS) {
      await writeManyMachines(lab.store, { lab: `lab-${count}`, count, nowUs: Date.now() * 1000 });
    }
    url = (await lab.startCollector({ ...REFRESH, NESTWATCH_WATCH_ENABLED: 'false' })).url;
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
  });

  async function open(path: string, on: Screen = screen): Promise<Tab> {
    const tab = await browser().open(url + path, on);
    await tab.until('document.querySelector("#connection.live") && document.documentElement.dataset.updated');
    return tab;
  }

  test.each(COUNTS)('%i machines: all on the page, by everybody, on a desk and on a phone', async (count) => {
    await using tab = await open(`/lab/lab-${count}`);
    await picture(tab, `many-${count}`);
    const drawn = await tab.evaluate<number>(`[...document.querySelectorAll('#cascade .name')]
      .reduce((sum, { textContent }) => sum + (Number(/^(\\d+) alike/.exec(textContent)?.[1]) || 1), 0)`);
    // Whole machines that fold say how many they hold in words.
    if (count > 6 && count < 150) expect(drawn).toBe(count);
    expect(await tab.evaluate('document.querySelector("#summary").textContent')).toContain(
      `${count} machine`,
    );
    expect(await barriers(tab)).toEqual([]);
    expect(tab.complaints).toEqual([]);
    await using small = await open(`/lab/lab-${count}?show=exit`, phone);
    await picture(small, `many-${count}-phone`);
    expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    expect(await small.evaluate<string[]>(`(${cutTexts})()`)).toEqual([]);
  });

  test('a hundred machines are on one screen', async () => {
    await using tab = await open('/lab/lab-100');
    const bottom = 'document.querySelector("#cascade").getBoundingClientRect().bottom';
    expect(await tab.evaluate(bottom)).toBeLessThanOrEqual(screen.height);
  });

  test.each(['slowdown', 'parent', 'steal', 'exit', 'timer', 'memory', 'host', 'silent'])(
    'every machine has the figure that is chosen: %s, light and dark',
    async (show) => {
      await using tab = await open(`/lab/lab-20?show=${show}&unfold=lab`, {
        ...screen,
        dark: show === 'steal',
      });
      const empty = `[...document.querySelectorAll('#cascade .amount')].filter((each) => each.textContent === '').length`;
      expect(await tab.evaluate(empty)).toBe(0);
      expect(await tab.evaluate<string[]>(`(${faintTexts})()`)).toEqual([]);
    },
  );

  test('Enter opens the box of a machine and Escape closes it, and nothing else moves', async () => {
    await using tab = await open('/lab/lab-100');
    const tile = 'document.querySelector("#m-m7 > a.tile")';
    const place = `JSON.stringify(${tile}.getBoundingClientRect())`;
    await tab.evaluate(`${tile}.focus(), window.here = true`);
    const before = await tab.evaluate(place);
    await tab.press('Enter');
    await tab.until('document.querySelector("#opened .metrics") && location.search === "?open=m7"');
    await picture(tab, 'many-100-open');
    const box = await tab.evaluate<string>('document.querySelector("#opened").textContent');
    for (const part of ['guest1-7', 'Steal', 'can host guests', '1 alert', 'Nesting costs more']) {
      expect(box).toContain(part);
    }
    expect(
      await tab.evaluate(`${place} === ${JSON.stringify(before)} && document.activeElement === ${tile}`),
    ).toBe(true);
    expect(await barriers(tab)).toEqual([]);
    await tab.press('Escape');
    await tab.until('document.querySelector("#opened .metrics") === null && location.search === ""');
    expect(await tab.evaluate(`window.here && document.activeElement === ${tile}`)).toBe(true);
    expect(tab.complaints).toEqual([]);
  });

  test('what is new comes in without a jump: the place, the focus and what is open stay', async () => {
    await using tab = await open('/lab/lab-500?unfold=h0');
    await tab.evaluate('document.querySelector("#more-changes > summary").click(), scrollTo(0, 300)');
    await tab.evaluate('document.querySelector("#m-m30 > a").focus({ preventScroll: true })');
    const tags = 'lab=lab-500,layer=1,name=guest1-30,node=m30,parent=h0';
    const text = 'This came while somebody looked.';
    await lab.store.write([`nestwatch_event,${tags} text="${text}" ${Date.now() * 1000}`]);
    await tab.until(`document.querySelector("#events").textContent.includes("${text}")`);
    const stays =
      '[scrollY, document.activeElement.closest("li").id, document.querySelector("#more-changes").open]';
    expect(await tab.evaluate(stays)).toEqual([300, 'm-m30', true]);
  });

  test('drawing over a chart shows that time alone, with its figures and a way back', async () => {
    await using tab = await open('/lab/lab-20?show=steal');
    const drawn = `new Promise((resolve) => {
      const chart = document.querySelector('.zoom svg.chart');
      const box = chart.getBoundingClientRect();
      const send = (type, share) => chart.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true,
        button: 0, pointerType: 'mouse', clientX: box.left + share * box.width, clientY: box.top + 50 }));
      send('pointerdown', 0.3); send('pointermove', 0.5); send('pointerup', 0.6);
      resolve(location.search);
    })`;
    expect(await tab.evaluate(drawn)).toMatch(/^\?show=steal&from=.*Z&to=.*Z$/);
    await tab.until(
      'document.querySelector("#summary")?.textContent.includes("The page shows the time from")',
    );
    await picture(tab, 'many-20-zoomed');
    expect(await tab.evaluate('document.querySelectorAll("#time .history").length')).toBeGreaterThan(3);
    await tab.evaluate('[...document.querySelectorAll("#summary a")].at(-1).click()');
    await tab.until('document.querySelector("#connection.live") && !location.search.includes("from")');
    expect(tab.complaints).toEqual([]);
  });

  test('all labs: a row each, trouble first, and who is in several', async () => {
    await using tab = await open('/');
    await picture(tab, 'labs');
    const rows = 'JSON.stringify([...document.querySelectorAll("tbody th")].map((each) => each.textContent))';
    expect(await tab.evaluate(rows)).toBe('["lab-20","lab-100","lab-500","lab-4"]');
    expect(await tab.evaluate('document.querySelector("main").textContent')).toContain(
      'in several labs under one id',
    );
    expect(await barriers(tab)).toEqual([]);
    expect(tab.complaints).toEqual([]);
  });

  test.each([
    [
      'a time without anything',
      '/lab/lab-4?from=2020-01-01&to=2020-01-02',
      'No machine reported in this time.',
    ],
    ['a span that is none', '/lab/lab-4?span=yesterday', 'span yesterday is not allowed'],
    ['a machine that is not there', '/lab/lab-4?open=nobody', 'There is no machine nobody'],
    ['a time before all', '/lab/lab-100?span=7d&show=timer', 'There is no earlier data for this lab'],
  ])('%s: the page says so', async (_, path, said) => {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(200);
    // The whole page would hide what is missing.
    expect((await answer.text()).includes(said)).toBe(true);
  });
});

async function picture(tab: Tab, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, `${name}.png`), await tab.screenshot());
}
