import { postJson } from '../../sinks/post.ts';
import { type News, placeOf } from '../news.ts';
import type { TargetKind } from '../target.ts';
import { signOf } from './signs.ts';

/** Longest texts that Slack takes in a header and in a section. */
const HEADER_LETTERS = 150;

export const slack: TargetKind = {
  name: 'slack',
  meaning: 'a channel of Slack, by an incoming webhook',
  keys: {
    url: { meaning: 'address of the webhook', secret: true, required: true },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const [url, ca] = [entry.secretAddress('url'), entry.authority()];
    return (news) => postJson({ url: url(), ca: ca() }, slackMessage(news));
  },
};

/**
 * Slack's blocks, whose texts are "plain_text": nothing in them is taken for a link, a mention or a format. `text` is what
 * notifications show, and would be read as Slack's Markdown: so it is escaped.
 */
function slackMessage(news: News) {
  const { title, story, link } = news;
  const heading = `${signOf(news)} ${title}`;
  const where = link === undefined ? [] : [{ type: 'mrkdwn', text: `<${link}|Lab page>` }];
  return {
    text: escapedForSlack(heading),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(cut(heading, HEADER_LETTERS)) },
      { type: 'section', text: plain(story) },
      { type: 'context', elements: [plain(placeOf(news)), ...where] },
    ],
  };
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}

function escapedForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
