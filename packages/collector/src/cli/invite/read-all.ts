import type { NatsConnection } from '@nats-io/transport-node';
import { defined } from '@nestwatch/common/defined';
import type { Page } from '../../operators/alerts.ts';
import type { ListedInvitation } from '../../operators/invitations.ts';
import { askCollector } from '../ask-collector.ts';

/** @throws UsageError as askCollector */
export async function readAllInvitations(
  connection: NatsConnection,
  lab: string | undefined,
): Promise<ListedInvitation[]> {
  const items: ListedInvitation[] = [];
  let after: string | undefined;
  do {
    const asked = defined({ lab, after });
    const page: Page<ListedInvitation> = await askCollector(connection, 'operate', 'invitations', asked);
    items.push(...page.items);
    after = page.more;
  } while (after !== undefined);
  return items;
}
