import type { Bundled } from './bundled.ts';

const APACHE = 'Apache License';

/** Whose code is in a package, and under which terms: Debian's file `copyright`, and NOTICES elsewhere. */
export function notices(bundled: readonly Bundled[], apacheAt: string, ownRuntime: boolean): string {
  const parts = bundled.map(({ name, version, licence, text }) => {
    const own = text.includes(APACHE) ? apacheNotice(text, apacheAt) : text;
    return `${heading(`${name} ${version}`)}\nLicence: ${licence}\n\n${own}\n`;
  });
  const runtime = ownRuntime
    ? `\nIt contains Node.js and the GNU C, C++ and compiler support libraries, which have
their own licences: see the folder "licences" beside this file. It also says where to get their sources.\n`
    : '';
  return `nestwatch: continuous monitoring for labs of nested KVM guests

Copyright: the nestwatch maintainers
Licence: Apache-2.0. The text is in ${apacheAt}.
${runtime}
Its programs hold code of these npm packages:

${parts.join('\n')}`;
}

const heading = (text: string) => `${text}\n${'-'.repeat(text.length)}`;

/** The text of the Apache licence is long, and always the same; what says whose it is stays. */
function apacheNotice(text: string, apacheAt: string): string {
  const whose = text.split('\n').filter((line) => /^\s*Copyright (\(c\) |© )?\d/i.test(line));
  return [...new Set(whose.map((line) => line.trim())), `The text is in ${apacheAt}.`].join('\n');
}

/** The licences of a package as one SPDX expression: our own, and those of the code in it. */
export function licenceExpression(bundled: readonly Bundled[], ownRuntime: boolean): string {
  const others = bundled.map(({ licence }) => licence.replace(/^\((.*)\)$/, '$1'));
  // Node.js is MIT; what is linked into it has terms of its own, which its LICENSE has.
  const runtime = ownRuntime ? ['MIT', 'LGPL-2.1-or-later', 'GPL-3.0-or-later WITH GCC-exception-3.1'] : [];
  const all = new Set(['Apache-2.0', ...[...others, ...runtime].sort()]);
  return [...all].map((each) => (/ OR /.test(each) ? `(${each})` : each)).join(' AND ');
}
