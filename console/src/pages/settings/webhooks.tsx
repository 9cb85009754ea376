import { useQuery } from '@tanstack/react-query';
import { Ellipsis, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { NOT_ON_PHONE, OnPhone, Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import {
  DeleteWebhookDialog,
  DeliveriesDialog,
  RotateSecretDialog,
  SecretDialog,
  WebhookDialog,
} from './webhook-dialogs.tsx';
import { changeWebhook, useWebhookChange, type Webhook, webhooksQuery } from './webhooks-queries.ts';

type Action =
  | { does: 'add' }
  | { does: 'edit' | 'rotate' | 'remove' | 'deliveries'; webhook: Webhook }
  | { does: 'secret'; secret: string };

/** The team's webhooks, for its admins. */
export function Webhooks() {
  const t = useText();
  const { team } = useTeam();
  const webhooks = useQuery(webhooksQuery(team.id));
  const [action, setAction] = useState<Action | null>(null);
  return (
    <Section
      title={t.webhooks.title}
      lead={t.webhooks.lead}
      actions={
        <Button onClick={() => setAction({ does: 'add' })}>
          <Plus size={16} aria-hidden />
          {t.webhooks.add}
        </Button>
      }
    >
      <Loaded query={webhooks}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-quiet">{t.webhooks.none}</p>
          ) : (
            <Table label={t.webhooks.table}>
              <TableHead
                columns={[t.webhooks.url, t.webhooks.events, t.webhooks.state]}
                notOnPhone={[t.webhooks.events]}
                hasActions
              />
              <tbody>
                {data.map((webhook) => (
                  <WebhookRow key={webhook.id} webhook={webhook} onAct={setAction} />
                ))}
              </tbody>
            </Table>
          )
        }
      </Loaded>
      <ActionDialog action={action} onChange={setAction} />
    </Section>
  );
}

function ActionDialog({
  action,
  onChange,
}: {
  action: Action | null;
  onChange(action: Action | null): void;
}) {
  const onClose = () => onChange(null);
  const onSecret = (secret: string) => onChange({ does: 'secret', secret });
  if (!action) return null;
  if (action.does === 'secret') return <SecretDialog secret={action.secret} onClose={onClose} />;
  if (action.does === 'add') return <WebhookDialog webhook={null} onClose={onClose} onSecret={onSecret} />;
  const { webhook } = action;
  if (action.does === 'edit')
    return <WebhookDialog webhook={webhook} onClose={onClose} onSecret={onSecret} />;
  if (action.does === 'rotate')
    return <RotateSecretDialog webhook={webhook} onClose={onClose} onSecret={onSecret} />;
  if (action.does === 'remove') return <DeleteWebhookDialog webhook={webhook} onClose={onClose} />;
  return <DeliveriesDialog webhook={webhook} onClose={onClose} />;
}

function WebhookRow({ webhook, onAct }: { webhook: Webhook; onAct(action: Action): void }) {
  const t = useText();
  const change = useWebhookChange(changeWebhook, () => showToast({ title: t.common.saved }));
  const test = useWebhookChange(sendTest, ({ status, error }) =>
    showToast({
      title: status === 'delivered' ? t.webhooks.tested : t.webhooks.testFailed(error ?? '–'),
    }),
  );
  const { id, url, description, events, enabled } = webhook;
  const problem = change.error ?? test.error;
  return (
    <Tr>
      <Td className="max-w-72">
        <span className="block font-mono text-sm break-all">{url}</span>
        {description && <span className="block text-sm text-quiet">{description}</span>}
        <OnPhone>
          <span className="font-mono">{events.join(', ')}</span>
        </OnPhone>
        {problem && <ProblemState error={problem} />}
      </Td>
      <Td className={`font-mono text-sm ${NOT_ON_PHONE}`}>{events.join(', ')}</Td>
      <Td>
        <State webhook={webhook} />
      </Td>
      <Td className="w-0">
        <Menu
          trigger={
            <IconButton label={`${t.common.actions}: ${url}`}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem onClick={() => test.mutate(id)}>{t.webhooks.test}</MenuItem>
          <MenuItem onClick={() => onAct({ does: 'deliveries', webhook })}>{t.webhooks.deliveries}</MenuItem>
          <MenuItem onClick={() => onAct({ does: 'edit', webhook })}>{t.webhooks.edit}</MenuItem>
          <MenuItem onClick={() => change.mutate({ id, enabled: !enabled })}>
            {enabled ? t.webhooks.switchOff : t.webhooks.switchOn}
          </MenuItem>
          <MenuItem onClick={() => onAct({ does: 'rotate', webhook })}>{t.webhooks.rotate}</MenuItem>
          <MenuItem isDanger onClick={() => onAct({ does: 'remove', webhook })}>
            {t.webhooks.remove}
          </MenuItem>
        </Menu>
      </Td>
    </Tr>
  );
}

function sendTest(teamId: string, id: string) {
  const path = { team_id: teamId, webhook_id: id };
  return unwrap(api.POST('/v1/teams/{team_id}/webhooks/{webhook_id}/test', { params: { path } }));
}

function State({
  webhook: { enabled, failing_since: failing, disabled_reason: reason },
}: {
  webhook: Webhook;
}) {
  const t = useText();
  if (reason === 'failing') return <Badge tone="bad">{t.webhooks.switchedOff}</Badge>;
  if (!enabled) return <Badge>{t.webhooks.off}</Badge>;
  return failing ? (
    <Badge tone="warn">{t.webhooks.failing}</Badge>
  ) : (
    <Badge tone="good">{t.webhooks.on}</Badge>
  );
}
