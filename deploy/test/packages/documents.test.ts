import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { debianChangelog, entriesOf, rpmChangelog } from '../../packages/documents/changelog.ts';
import { bashCompletion, fishCompletion } from '../../packages/documents/completion.ts';
import { manPage } from '../../packages/documents/man-page.ts';
import { licenceExpression, notices } from '../../packages/documents/notices.ts';
import { TABLES } from '../../packages/documents/tables.ts';
import { commandFiles } from '../../packages/documents/with-documents.ts';
import { agent, collector } from '../../packages/manifest.ts';
import { sysusers, tmpfiles } from '../../packages/scripts.ts';

const options = {
  top: resolve(import.meta.dirname, '../../..'),
  out: '',
  version: '1.2.0',
  epoch: 1_700_000_000,
};
const tables = Object.values(TABLES);

describe.each(tables)('what people read and type of $name', (table) => {
  const { name, commands, options: common, settings } = table;
  const flags = [...commands.flatMap((each) => each.options), ...common, ...settings].map(({ flag }) => flag);

  test('the manual page has every command and every flag', () => {
    const page = manPage(table, options);
    expect(page).toContain('2023-11-14 "nestwatch 1.2.0"');
    for (const { name } of commands) expect(page).toContain(`.B ${name.replaceAll('-', '\\-')}`);
    for (const flag of flags) expect(page).toContain(flag.replaceAll('-', '\\-'));
    expect(page).not.toMatch(/run\\?-benchmark|^'/m);
  });

  test('both shells complete them', () => {
    const bash = bashCompletion(table);
    expect(bash).toContain(`complete -o default -F _${name.replaceAll('-', '_')} ${name}\n`);
    for (const word of [...commands.map((each) => each.name), ...flags]) expect(bash).toContain(word);
    const fish = fishCompletion(table);
    for (const flag of flags) expect(fish).toContain(`-l ${flag.slice(2)} `);
  });
});

test('each command of a package has its page and its completions there', () => {
  const files = commandFiles(collector, options, '/usr/share');
  expect(files.map(({ to }) => to)).toEqual(
    ['nestwatch-collector', 'nestwatch'].flatMap((name) => [
      `/usr/share/man/man1/${name}.1.gz`,
      `/usr/share/bash-completion/completions/${name}`,
      `/usr/share/fish/vendor_completions.d/${name}.fish`,
    ]),
  );
  expect(gunzipSync(files[0]?.content as Buffer).toString()).toMatch(/^\.TH NESTWATCH\\-COLLECTOR 1 /);
});

test('every document that a package names is there', () => {
  const documents = collector.files.filter(({ to }) => to.startsWith('/usr/share/doc/'));
  expect(documents.length).toBeGreaterThan(20);
  expect(documents.filter(({ from = '' }) => !existsSync(resolve(options.top, from)))).toEqual([]);
});

describe('the changelog', () => {
  const long = 'word '.repeat(30).trim();
  const markdown = `# Changelog\n\n## Unreleased\n\n- One\n  thing.\n- ${long}\n\n## 0.1.0\n\n- Old.\n`;

  test('has what is not released yet, or what the version has', () => {
    const [first, second = ''] = entriesOf(markdown, '0.2.0');
    expect(first).toBe('One thing.');
    expect(second.split('\n').every((line) => line.length <= 76)).toBe(true);
    expect(second.replaceAll('\n', ' ')).toBe(long);
    expect(entriesOf(markdown.replace(/## Unreleased[^#]*/, ''), '0.1.0')).toEqual(['Old.']);
    const byKind = '## Unreleased\n\n### Added\n\n**Set-up**\n\n- One.\n\n### Fixed\n\n- Two.\n\n## 0.1.0\n';
    expect(entriesOf(byKind, '0.2.0')).toEqual(['One.', 'Two.']);
  });

  test("is in Debian's form, and in rpm's", () => {
    const debian = debianChangelog('x', options);
    expect(debian).toMatch(/^x \(1\.2\.0\) unstable; urgency=medium\n\n {2}\* /);
    expect(debian).toMatch(/\n\n -- nestwatch maintainers <\S+> {2}Tue, 14 Nov 2023 22:13:20 \+0000\n$/);
    expect(debian.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(rpmChangelog(options)).toMatch(/^\* Tue Nov 14 2023 nestwatch maintainers <\S+> - 1\.2\.0-1\n- /);
    expect(rpmChangelog(options)).not.toMatch(/(?<!%)%(?!%)/);
  });
});

test('what systemd makes users and folders from names what the unit and the configuration need', () => {
  expect(sysusers(agent)).toBe(
    'g kvm - -\nu nestwatch-agent - "nestwatch" /var/lib/nestwatch-agent /usr/sbin/nologin\n',
  );
  expect(tmpfiles(agent)).toBe(
    'd /var/lib/nestwatch-agent 0700 nestwatch-agent nestwatch-agent -\n' +
      'z /etc/nestwatch/agent.yaml 0640 root nestwatch-agent -\n',
  );
});

test('notices name all that is bundled, and the licences as one expression', () => {
  const mit = { name: 'a', version: '1', licence: 'MIT', text: 'Copyright A\n\nPermission is granted.' };
  const apache = { name: 'b', version: '2', licence: 'Apache-2.0', text: 'Apache License\nCopyright 2020 B' };
  const text = notices([mit, apache], 'LICENSE', false);
  expect(text).toContain('a 1\n---\nLicence: MIT\n\nCopyright A\n\nPermission is granted.\n');
  expect(text).toContain('b 2\n---\nLicence: Apache-2.0\n\nCopyright 2020 B\nThe text is in LICENSE.\n');
  expect(licenceExpression([mit, apache], false)).toBe('Apache-2.0 AND MIT');
  expect(licenceExpression([{ ...mit, licence: '(MIT OR ISC)' }], false)).toBe('Apache-2.0 AND (MIT OR ISC)');
  expect(licenceExpression([], true)).toContain('GPL-3.0-or-later WITH GCC-exception-3.1');
});
