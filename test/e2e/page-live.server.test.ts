import { createServer } from 'node:http';
import { createTestLab } from '@nestwatch/testkit/lab';
import { describe, expect, test } from 'vitest';
import { chromium, desk, inBrowser, REFRESH, useBrowser, usePageLab } from '../support/page-lab.ts';
import { SEEDED_LAB, seedLab } from '../support/seed-lab.ts';

const page = usePageLab();

describe.skipIf(chromium === undefined)(inBrowser, () => {
  const browser = useBrowser();

  test('draws the cascade as boxes in boxes, and asks nobody else for anything', async () => {
    await using tab = await browser().open(page().labUrl, desk);
    await tab.until('document.querySelector("#connection.live")');
    const depth = await tab.evaluate<number>(
      'document.querySelectorAll(".machine .machine .machine .machine").length',
    );
    expect(depth).toBe(1);
    expect(await tab.evaluate('document.querySelector("#alerts").textContent')).toContain(
      '2.4 times as long',
    );
    expect(await tab.evaluate('document.querySelectorAll(".spark").length')).toBe(16);
    expect(await tab.evaluate('document.querySelectorAll(".chart").length')).toBeGreaterThanOrEqual(6);
    expect(await tab.evaluate('document.querySelectorAll(".matrix td").length')).toBe(16);
    expect(tab.requests.filter((address) => !address.startsWith(page().url))).toEqual([]);
    expect(tab.complaints).toEqual([]);
  });

  test('follows what happens, and leaves the focus where it is', async () => {
    await using tab = await browser().open(page().labUrl, desk);
    await tab.until('document.querySelector("#connection.live")');
    await tab.evaluate('document.querySelector("#cascade a[href$=n3]").focus(), window.here = true');
    const hostile = '<img src=x onerror=alert(1)>';
    const tags = `lab=${SEEDED_LAB},layer=3,name=guest3,node=n3,parent=n2`;
    await page().lab.store.write([`nestwatch_event,${tags} text="${hostile}" ${Date.now() * 1000}`]);
    await tab.until(`document.querySelector("#events").textContent.includes(${JSON.stringify(hostile)})`);
    await page().lab.store.write([`nestwatch_cpu_time,${tags} steal_ratio=0.987 ${Date.now() * 1000 + 1}`]);
    await tab.until('window.here && document.activeElement.getAttribute("href").endsWith("n3")');
    expect(await tab.evaluate('document.querySelectorAll("#events img").length')).toBe(0);
    expect(tab.complaints).toEqual([]);
  });

  test('works with the keyboard alone', async () => {
    await using tab = await browser().open(page().labUrl, desk);
    await tab.press('Tab');
    expect(await tab.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await tab.evaluate('document.querySelector("#cascade a[href$=n2]").focus()');
    await tab.press('Enter');
    await tab.until('location.pathname.endsWith("/node/n2") && document.querySelector("h1")');
    expect(await tab.evaluate('document.querySelector("h1").textContent')).toBe('guest2');
    expect(await tab.evaluate('document.querySelector("#verdicts").textContent')).toContain('guest3');
    expect(tab.complaints).toEqual([]);
  });

  test('comes back by itself after a collector that went, and one that is not ready yet', async () => {
    await using own = await createTestLab();
    await seedLab(own.store, Date.now() * 1000);
    const collector = await own.startCollector(REFRESH);
    await using tab = await browser().open(collector.url, desk);
    await tab.until('document.querySelector("#connection.live")');
    await tab.evaluate('window.here = true');
    const ended = new Promise((resolve) => collector.child.once('exit', resolve));
    collector.child.kill('SIGKILL');
    await ended;
    await tab.until('document.querySelector("#connection.away")');
    // As a collector answers while it waits for InfluxDB: a browser then gives up by itself.
    const port = Number(new URL(collector.url).port);
    const asked = await answer503Once(port);
    expect(asked).toMatch(/^\/events\?/);
    await own.startCollector(REFRESH, port);
    await tab.until('window.here && document.querySelector("#connection.live")', 60_000);
  });

  test('the theme can be chosen, and is remembered', async () => {
    await using tab = await browser().open(page().labUrl, desk);
    const background = 'getComputedStyle(document.body).backgroundColor';
    const light = await tab.evaluate(background);
    await tab.evaluate('document.querySelector("#theme").click(), document.querySelector("#theme").click()');
    expect(await tab.evaluate('document.querySelector("#theme").textContent')).toBe('Theme: dark');
    expect(await tab.evaluate(background)).not.toBe(light);
    await using again = await browser().open(page().labUrl, desk);
    await again.until('document.querySelector("#theme").textContent === "Theme: dark"');
  });
});

/** Answers one request at a port with 503; gives its address. */
async function answer503Once(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      response.writeHead(503, { connection: 'close' }).end();
      server.close(() => resolve(request.url ?? ''));
    });
    server.once('error', reject).listen(port, '127.0.0.1');
  });
}
