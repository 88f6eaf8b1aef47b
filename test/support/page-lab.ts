import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll } from 'vitest';
import { writeRecording } from './cascade-recording.ts';
import { type Browser, findChromium, startBrowser } from './chromium.ts';
import { SEEDED_LAB, seedLab } from './seed-lab.ts';

/** The page looks for what is new so often. */
export const REFRESH = { NESTWATCH_PAGE_REFRESH: '300ms' } as const;

export const desk = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844, phone: true };

export const chromium = findChromium();
/** For the title of what is skipped without a browser. */
export const inBrowser = `in a browser${chromium === undefined ? ' (none is installed)' : ''}`;

/**
 * For the tests of a file: two labs of four layers, the recorded one and the seeded one, and a collector that serves
 * pages of them at `url`, of the seeded one at `labUrl`.
 */
export function usePageLab(): () => { lab: TestLab; url: string; labUrl: string } {
  let lab: TestLab;
  let url: string;
  beforeAll(async () => {
    lab = await createTestLab();
    await writeRecording(lab.store, Date.now() * 1000);
    await seedLab(lab.store, Date.now() * 1000);
    url = (await lab.startCollector(REFRESH)).url;
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
  });
  return () => ({ lab, url, labUrl: `${url}/lab/${SEEDED_LAB}` });
}

/** A browser for the tests of a group. */
export function useBrowser(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
  });
  return () => browser;
}
