import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Screen, Tab } from '../support/chromium.ts';
import { writeManyMachines } from '../support/many-machines.ts';
import { chromium, inBrowser, phone, useBrowser } from '../support/page-lab.ts';
import { cutTexts, faintTexts } from '../support/page-looks.ts';

/** Pictures to be looked at. */
const pictures = resolve(import.meta.dirname, '../../.nestwatch/screenshots');
const screen = { width: 1280, height: 800 };
const COUNTS = [4, 20, 100, 500];

describe.skipIf(chromium === undefined)(inBrowser, () => {
  const browser = useBrowser();
  let lab: TestLab;
  let url: string;
  beforeAll(async () => {
    lab = await createTestLab();
    for (const count of COUNTS) {
      await writeManyMachines(lab.store, { lab: `lab-${count}`, count, nowUs: Date.now() * 1000 });
    }
    url = (await lab.startCollector({ NESTWATCH_WATCH_ENABLED: 'false' })).url;
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
  });

  test.each(COUNTS)('%i machines', async (count) => {
    const times: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      const start = performance.now();
      const text = await (await fetch(`${url}/lab/lab-${count}`)).text();
      times.push(`${Math.round(performance.now() - start)} ms ${Math.round(text.length / 1024)} KiB`);
    }
    process.stderr.write(`${count}: ${times.join(', ')}\n`);
    await using tab = await openPage(browser(), `${url}/lab/lab-${count}`, screen);
    await picture(tab, `many-${count}`);
    await picture(tab, `many-${count}-whole`, true);
    process.stderr.write(
      `bottom ${await tab.evaluate('Math.round(document.querySelector("#cascade").getBoundingClientRect().bottom)')} height ${await tab.evaluate('document.documentElement.scrollHeight')}\n`,
    );
    if (count > 6) {
      await using other = await openPage(browser(), `${url}/lab/lab-${count}?open=m7&show=exit`, screen);
      await picture(other, `many-${count}-open`);
    }
    expect(tab.complaints).toEqual([]);
    void [phone, cutTexts, faintTexts];
  });

  test('all labs', async () => {
    await using tab = await openPage(browser(), url, screen);
    await picture(tab, 'labs');
    expect(tab.complaints).toEqual([]);
  });
});

async function openPage(browser: Browser, address: string, screen: Screen): Promise<Tab> {
  const tab = await browser.open(address, screen);
  await tab.until('document.querySelector("#connection.live") && document.documentElement.dataset.updated');
  return tab;
}

async function picture(tab: Tab, name: string, whole = false): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, `${name}.png`), await tab.screenshot(whole));
}
