import { ACCOUNT } from '@nestwatch/proto';
import { blockLines, findBlocks } from './blocks.ts';
import { memberOfBlock } from './member.ts';
import { scan } from './scan.ts';
import { sourceImports } from './site-lines.ts';

/**
 * The text of accounts.conf, in which collectors' account takes from the sites that keep messages what they have: neither
 * more nor less.
 * @throws Error when that account has imports of somebody else
 */
export function withSources(text: string): string {
  const lines = text.split('\n');
  const blocks = findBlocks(lines);
  const imports = blocks.flatMap((block) => {
    const site = block.name.startsWith('site ') ? memberOfBlock(block)?.site : undefined;
    return site?.store ? sourceImports(site.name) : [];
  });
  const old = blocks.find(({ name }) => name === 'sources');
  const wanted =
    imports.length === 0
      ? []
      : blockLines('sources', '    ', ['imports: [', ...imports.map((line) => `  ${line}`), ']']);
  if (old !== undefined) lines.splice(old.from, old.to - old.from + 1, ...wanted);
  else if (wanted.length > 0) lines.splice(placeIn(lines), 0, ...wanted);
  return lines.join('\n');
}

function placeIn(lines: readonly string[]): number {
  const open = scan(lines);
  const at = (word: string) =>
    lines.findIndex(
      (line, index) =>
        open[index]?.join(' ') === `accounts ${ACCOUNT}` && new RegExp(`^\\s*${word}\\b`).test(line),
    );
  const own = at('imports');
  if (own !== -1) {
    throw new Error(
      `line ${own + 1}: the account ${ACCOUNT} has imports of your own, where those of sites have to stand: move them to another account`,
    );
  }
  return at('exports');
}
