import type { Severity } from '../../read/severity.ts';
import { messageOfAlert } from './message.ts';
import { postJson } from './post.ts';
import type { Sink } from './sink.ts';

/** Posts each alert as JSON. Whoever answers with a success was notified; `key` tells repetitions. */
export function createWebhook(url: string, token: string, leastSeverity: Severity): Sink {
  return {
    name: 'webhook',
    leastSeverity,
    notify: (alert) => postJson(url, token, messageOfAlert(alert)),
  };
}
