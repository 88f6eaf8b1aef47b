import { postJson } from '../../sinks/post.ts';
import type { News } from '../news.ts';
import type { TargetKind } from '../target.ts';

export const pagerduty: TargetKind = {
  name: 'pagerduty',
  meaning: 'a service of PagerDuty, by its Events API v2',
  keys: {
    key: { meaning: "the integration's key", secret: true, required: true },
    url: { meaning: 'address of the API (default https://events.pagerduty.com/v2/enqueue)' },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const [key, ca] = [entry.secret('key'), entry.authority()];
    const url = entry.address('url') ?? 'https://events.pagerduty.com/v2/enqueue';
    return (news) => postJson({ url, ca: ca() }, { routing_key: key.read(), ...pagerdutyEvent(news) });
  },
};

/** An incident begins and ends by the same key; sent again, it is the same incident. */
function pagerdutyEvent(news: News) {
  const { state, severity, rule, lab, name, layer, parent, subject, summary, link, firedAt } = news;
  const { details, causes, value } = news;
  return {
    event_action: state === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: `nestwatch/${news.alert}`,
    payload: {
      summary,
      source: name || lab,
      severity,
      timestamp: firedAt,
      component: subject === '' ? undefined : subject,
      group: lab,
      class: rule,
      custom_details: { layer, parent, details, causes, value },
    },
    links: link === undefined ? [] : [{ href: link, text: 'Lab page' }],
    client: 'nestwatch',
    client_url: link,
  };
}
