import type { Answer } from '@nestwatch/common/exchange';
import type { Kind } from '../../entry.ts';
import { postJson } from '../../sinks/post.ts';
import { type News, placeOf } from '../news.ts';
import type { TargetKind } from '../target.ts';
import { signOf } from './signs.ts';

export const telegram: TargetKind = {
  name: 'telegram',
  meaning: 'a chat of Telegram, by a bot',
  keys: {
    token: { meaning: "the bot's token", secret: true, required: true },
    chat: { meaning: 'number of the chat, or "@name" of a channel', required: true },
    url: { meaning: 'address of the Bot API (default https://api.telegram.org)' },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const [token, ca] = [entry.secret('token'), entry.authority()];
    const chat = entry.required('chat', chatKind, 'a number such as -1001234567890, or "@name"');
    const base = (entry.address('url') ?? 'https://api.telegram.org').replace(/\/+$/, '');
    return (news) => {
      const url = `${base}/bot${token.read()}/sendMessage`;
      return postJson({ url, ca: ca() }, { chat_id: chat, ...telegramMessage(news) }, isTaken);
    };
  },
};

/** No parse mode: nothing in the text is a format. Bold text is marked by its position, in UTF-16 units as JavaScript's. */
function telegramMessage(news: News) {
  const { severity, title, story, link } = news;
  const heading = `${signOf(news)} ${title}`;
  return {
    text: [heading, story, placeOf(news), ...(link === undefined ? [] : [link])].join('\n'),
    entities: [{ type: 'bold', offset: 0, length: heading.length }],
    link_preview_options: { is_disabled: true },
    disable_notification: severity === 'info',
  };
}

/** Telegram says in its JSON whether it took it. */
function isTaken({ status, body }: Answer): boolean {
  if (status !== 200) return false;
  try {
    return (JSON.parse(body.toString('utf8')) as { ok?: unknown } | null)?.ok === true;
  } catch {
    return false;
  }
}

const chatKind: Kind<number | string> = (given) => {
  if (typeof given === 'number') return Number.isSafeInteger(given) ? given : undefined;
  return typeof given === 'string' && /^(@[A-Za-z]\w{2,63}|-?\d{1,20})$/.test(given) ? given : undefined;
};
