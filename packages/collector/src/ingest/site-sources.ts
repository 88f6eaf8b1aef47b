import type { StreamSource } from '@nats-io/jetstream';
import { siteStream, sourcePrefix } from '@nestwatch/proto';

/** The streams of sites, as sources of the one that collectors read. They are reached by JetStream's domain there. */
export function siteSources(sites: readonly string[]): StreamSource[] {
  return sites.map((site) => ({
    name: siteStream(site),
    external: { api: `$JS.${site}.API`, deliver: sourcePrefix(site) },
  }));
}
