import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { column } from './catalogue.ts';
import { CRITICAL, EVENT_COLOUR } from './colours.ts';
import { newest } from './influxql.ts';
import { DATASOURCE, target } from './target.ts';
import { label } from './units.ts';

/** Vertical marks: what happened on the nodes, and alerts when they began to fire or ceased. */
export function annotations() {
  return [
    mark('Events', 'nestwatch_event', EVENT_COLOUR),
    // Alerts are written again while they fire: only what is news becomes a mark.
    mark('Alerts', 'nestwatch_alert', CRITICAL, 'news'),
  ];
}

function mark(name: string, of: string, colour: string, onlyWhen?: string): AnnotationQueryBuilder {
  const { measurement, field: text } = column(of, 'text');
  const query = newest({
    measurement,
    fields: [text],
    tags: ['name', 'layer'],
    scope: 'lab',
    limit: 300,
    ...(onlyWhen !== undefined && { flag: column(of, onlyWhen).field }),
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
        { fromAnnotations: true, textEditor: true, textColumn: label(text), tagsColumn: 'name,layer' },
      ),
    );
}
