import type { Sink } from '../sinks/sink.ts';
import { newsOf } from './news.ts';
import type { Target } from './target.ts';

/** A target of the setting `notify`, as one of those who are notified. */
export function targetSink(target: Target, page: string, say: (remark: string) => void): Sink {
  const { name, leastSeverity, labs, ends, deliver } = target;
  return {
    name: `notify.${name}`,
    leastSeverity,
    ...(labs === undefined ? {} : { takesLab: (lab: string) => labs.some((each) => matches(each, lab)) }),
    async notify(alert) {
      if (alert.state !== 'resolved' || ends)
        await deliver(newsOf(alert, page), (remark) => say(`${name}: ${remark}`));
    },
  };
}

/** "*" stands for any letters; all else for itself. Without going back: a pattern takes no longer for what it is. */
function matches(pattern: string, lab: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return lab === first;
  if (!lab.startsWith(first) || !lab.endsWith(last) || lab.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = lab.indexOf(part, at);
    if (found === -1 || found + part.length > lab.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
