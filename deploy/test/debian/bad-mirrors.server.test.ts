import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort } from '@nestwatch/deploy/local/ports';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { mountSmallDisk } from '@nestwatch/testkit/small-disk';
import { beforeAll, expect, test } from 'vitest';
import { createApt } from '../../debian/apt.ts';
import { createAptGet } from '../../debian/apt-get.ts';
import type { Suite } from '../../debian/suites.ts';

// A suite whose lists are small, and which says until when they are good.
const SUITE = 'bookworm-backports';
let realMirror: string;

beforeAll(async () => {
  realMirror = await createAptGet(temporaryFolder('apt'), { suite: SUITE, kind: 'source' }).mirror();
});

/** What is said of a package that is wanted from a mirror, with more settings of apt. */
async function refusal(
  mirror: string,
  { settings = '', suite = SUITE as Suite, directory = temporaryFolder('apt') } = {},
) {
  const config = join(temporaryFolder('config'), 'apt.conf');
  writeFileSync(config, `Dir::Etc::Parts "/dev/null";\nAcquire::Retries "0";\n${settings}`);
  const apt = createApt(directory, {
    suite,
    purpose: 'tests on NATS 2.15',
    without: 'these tests are skipped',
    note: () => undefined,
    env: { ...process.env, NESTWATCH_DEBIAN_MIRROR: mirror, APT_CONFIG: config },
  });
  const error = await apt.downloadSource('trac-httpauth').catch((thrown: Error) => thrown);
  if (!(error instanceof Error)) throw new Error(`had ${error.files.length} files`);
  return error.message;
}

const said = (mirror: string, reason: string, suite = SUITE) =>
  `cannot get the packages for tests on NATS 2.15: trac-httpauth from ${suite} at ${mirror}: ${reason}; these tests are skipped`;

/** A mirror that has these texts and nothing else. */
async function serve(texts: Readonly<Record<string, string>>) {
  const server = createServer((request, response) => {
    const text = texts[request.url ?? ''];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}/debian`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

test('a mirror without the suite', async () => {
  await using mirror = await serve({});
  expect(await refusal(mirror.url)).toBe(
    said(mirror.url, `The repository '${mirror.url} ${SUITE} Release' does not have a Release file`),
  );
});

test('nobody at the address', async () => {
  const mirror = `http://127.0.0.1:${await freePort()}/debian`;
  const message = await refusal(mirror);
  expect(message).toContain(said(mirror, 'Failed to fetch').replace(/; .*/, ''));
  expect(message).toMatch(/Connection refused\); these tests are skipped$/);
});

test('no such name', async () => {
  expect(await refusal('http://mirror.invalid/debian')).toMatch(/Could not resolve 'mirror.invalid'; these/);
});

test('a suite that nobody signed', async () => {
  await using mirror = await serve({ [`/debian/dists/${SUITE}/Release`]: 'Suite: bookworm-backports\n' });
  expect(await refusal(mirror.url)).toBe(
    said(mirror.url, `The repository '${mirror.url} ${SUITE} Release' is not signed`),
  );
});

test('a signature that is expired, and one of something else', async ({ skip }) => {
  const path = `/debian/dists/${SUITE}/InRelease`;
  const answer = await fetch(`${realMirror}/dists/${SUITE}/InRelease`).catch(() => undefined);
  if (answer?.ok !== true) skip(`${realMirror} does not give ${SUITE}`);
  const real = (await answer?.text()) ?? '';
  {
    await using mirror = await serve({ [path]: real });
    const message = await refusal(mirror.url, { settings: 'Acquire::Max-ValidTime "1";\n' });
    expect(message).toMatch(
      /Release file for http:\S+ is expired \(invalid since .*; these tests are skipped$/,
    );
  }
  await using mirror = await serve({ [path]: real.replace('Origin: Debian', 'Origin: debian') });
  // The words of gpgv, and those of sqv, which apt-get asks from Debian 13 on.
  expect(await refusal(mirror.url)).toMatch(
    /: (GPG error: .* BADSIG .*|OpenPGP signature verification failed: .*); these tests are skipped$/,
  );
});

test('no room for the lists', async ({ skip }) => {
  const directory = mountSmallDisk('100k');
  if (directory === undefined) skip('no disk may be mounted here');
  const message = await refusal(realMirror, { directory: directory ?? '' });
  expect(message).toMatch(/No space left on device.*; these tests are skipped$/);
});
