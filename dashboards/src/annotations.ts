import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Column, column } from './catalogue.ts';
import { CRITICAL, EVENT_COLOUR } from './colours.ts';
import { newest } from './influxql.ts';
import { DATASOURCE, target } from './target.ts';
import { label } from './units.ts';

/** Vertical marks: what happened on the nodes, and alerts when they began to fire or ceased. */
export function annotations() {
  return [
    mark('Events', column('nestwatch_event', 'text'), EVENT_COLOUR),
    // Alerts are written again while they fire: only what is news becomes a mark.
    mark('Alerts', column('nestwatch_alert', 'text'), CRITICAL, column('nestwatch_alert', 'news')),
  ];
}

function mark(name: string, text: Column, colour: string, onlyWhen?: Column): AnnotationQueryBuilder {
  const query = newest({
    columns: [text],
    tags: ['name', 'layer'],
    scope: 'lab',
    limit: 300,
    ...(onlyWhen !== undefined && { flag: onlyWhen }),
  });
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .target(
      target(
        { refId: name, query, resultFormat: 'table' },
        { fromAnnotations: true, textEditor: true, textColumn: label(text.field), tagsColumn: 'name,layer' },
      ),
    );
}
