import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import type { Words } from '../spec.ts';

/** Draws a `words` spec. */
export function words(spec: Words): PanelBuilder {
  return new PanelBuilder().mode(TextMode.Markdown).content(spec.markdown);
}
