import { postJson } from '../../sinks/post.ts';
import { type News, placeOf } from '../news.ts';
import type { TargetKind } from '../target.ts';
import { signOf } from './signs.ts';

const COLOURS = { critical: 'Attention', warning: 'Warning', info: 'Accent' } as const;

export const teams: TargetKind = {
  name: 'teams',
  meaning: 'a channel of Microsoft Teams, with a workflow that posts what its webhook receives',
  keys: {
    url: { meaning: 'address of the webhook', secret: true, required: true },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const [url, ca] = [entry.secretAddress('url'), entry.authority()];
    return (news) => postJson({ url: url(), ca: ca() }, teamsMessage(news));
  },
};

/**
 * An Adaptive Card. Its texts are TextRuns, which are shown as they are; a TextBlock or a Fact would be read as Markdown.
 */
function teamsMessage(news: News) {
  const { state, severity, title, summary, details, causes, link } = news;
  const color = state === 'resolved' ? 'Good' : COLOURS[severity];
  const why = causes.map((cause, at) => `${at + 1}. ${cause}`);
  const body = [
    paragraph(`${signOf(news)} ${title}`, { weight: 'Bolder', size: 'Large', color }),
    ...[summary, ...details, ...why].map((text) => paragraph(text, {})),
    paragraph(placeOf(news), { isSubtle: true }),
  ];
  const actions = link === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Lab page', url: link }];
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body,
          actions,
          msteams: { width: 'Full' },
        },
      },
    ],
  };
}

function paragraph(text: string, style: object) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}
