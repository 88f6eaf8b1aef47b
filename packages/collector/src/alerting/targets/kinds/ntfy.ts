import { postJson } from '../../sinks/post.ts';
import { type News, placeOf } from '../news.ts';
import type { TargetKind } from '../target.ts';

/** A longer message becomes a file that is attached. */
const MESSAGE_BYTES = 4096;
const PRIORITIES = { critical: 5, warning: 4, info: 2 } as const;
const TAGS = { critical: 'rotating_light', warning: 'warning', info: 'information_source' } as const;

export const ntfy: TargetKind = {
  name: 'ntfy',
  meaning: 'a topic on the public ntfy server or your own',
  keys: {
    topic: { meaning: 'everybody who knows it can read it on a public server', secret: true, required: true },
    url: { meaning: 'address of the server (default https://ntfy.sh)' },
    token: { meaning: 'access token', secret: true },
    user: { meaning: 'user, instead of a token' },
    password: { meaning: "that user's password", secret: true },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const [topic, login, ca] = [entry.secret('topic'), entry.login(), entry.authority()];
    const url = entry.address('url') ?? 'https://ntfy.sh';
    return (news) =>
      postJson({ url, headers: login(), ca: ca() }, { topic: topic.read(), ...ntfyMessage(news) });
  },
};

/** Texts of ntfy are plain as long as nobody asks for Markdown. */
function ntfyMessage(news: News) {
  const { state, severity, title, story, link } = news;
  const isOver = state === 'resolved';
  return {
    title,
    message: cutBytes(`${story}\n${placeOf(news)}`, MESSAGE_BYTES),
    priority: isOver ? PRIORITIES.info : PRIORITIES[severity],
    tags: [isOver ? 'white_check_mark' : TAGS[severity]],
    ...(link === undefined ? {} : { click: link }),
  };
}

/** As many whole letters as fit into this many bytes of UTF-8. */
function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  // Not in the middle of a letter: its further bytes are 10xxxxxx.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
