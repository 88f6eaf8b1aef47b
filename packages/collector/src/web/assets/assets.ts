import { createHash } from 'node:crypto';
import icon from './icon.svg?raw';
import style from './page.css?raw';
import script from './page.js?raw';

export interface Asset {
  readonly type: string;
  readonly text: string;
  readonly etag: string;
}

/** The page's files, by path. They are part of the program, so nothing else has to be installed. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ['/assets/page.css', asset('text/css; charset=utf-8', style)],
  ['/assets/page.js', asset('text/javascript; charset=utf-8', script)],
  ['/assets/icon.svg', asset('image/svg+xml', icon)],
]);

function asset(type: string, text: string): Asset {
  return { type, text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"` };
}
