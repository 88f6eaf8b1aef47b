import { expect, test } from 'vitest';
import { environmentInRoot, fetchSettings } from './host-settings.ts';
import { releaseSources } from './releases.ts';
import { countsOf, tailOf } from './steps.ts';

test('the closing line of npm test counts, not one that a test printed before', () => {
  const output = '1 passed, 0 failed\nin 430 s\n4012 passed, 3 failed, 17 skipped\n';
  expect(countsOf(output)).toBe('4012 passed, 3 failed, 17 skipped');
  expect(countsOf('apt-get could not install nats-server\n')).toBeUndefined();
});

test('the end of a log is its last lines', () => {
  expect(tailOf('a\nb\nc\n\n', 2)).toBe('b\nc');
});

test('registries and proxies go along into a root, folders and secrets of this machine do not', () => {
  const here = {
    npm_config_registry: 'http://registry.example/',
    npm_config_cache: '/home/someone/.npm',
    https_proxy: 'http://proxy.example:3128',
    TMPDIR: '/tmp/here',
    INFLUX_TOKEN: 'secret',
    PATH: '/opt/node/bin',
  };
  expect(environmentInRoot(here)).toEqual({
    npm_config_registry: 'http://registry.example/',
    https_proxy: 'http://proxy.example:3128',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  });
});

test('of the settings of apt, those about fetching go along', () => {
  const dump = [
    'APT::Architecture "amd64";',
    'Acquire "";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Dir::State "var/lib/apt";',
  ];
  expect(fetchSettings(dump.join('\n'))).toBe(
    'Acquire::Check-Valid-Until "false";\nAcquire::http::Proxy "http://proxy.example:3128";\n',
  );
});

test('a release is trusted by the keys given alone', () => {
  expect(releaseSources('trixie', 'http://deb.debian.org/debian', '/keys.gpg')).toEqual([
    'deb [signed-by=/keys.gpg] http://deb.debian.org/debian trixie main',
    'deb [signed-by=/keys.gpg] http://deb.debian.org/debian trixie-updates main',
  ]);
});
