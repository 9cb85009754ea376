import { type SubmitEvent } from 'react';
import type { Schemas } from '../../api/client.ts';
import { api } from '../../api/client.ts';
import { after, usePages } from '../../api/pages.ts';
import { fieldError, unwrap } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/copy-button.tsx';
import { ConfirmDialog, Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { saveWebhook, useWebhookChange, type Webhook } from './webhooks-queries.ts';

type Closable = { onClose(): void };

const closing = (onClose: () => void) => (isOpen: boolean) => {
  if (!isOpen) onClose();
};

/** The fields of a webhook; null makes a new one, whose secret is handed on. */
export function WebhookDialog({
  webhook,
  onClose,
  onSecret,
}: Closable & { webhook: Webhook | null; onSecret(secret: string): void }) {
  const t = useText();
  const save = useWebhookChange(saveWebhook, (secret) => {
    onClose();
    if (secret) onSecret(secret);
    else showToast({ title: t.common.saved });
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    const events = text('events').split(/\s+/).filter(Boolean);
    save.mutate({ id: webhook?.id ?? null, url: text('url'), description: text('description'), events });
  };
  const fields = { url: fieldError(save.error, 'url'), events: fieldError(save.error, 'events') };
  return (
    <Dialog title={webhook ? t.webhooks.edit : t.webhooks.add} open onOpenChange={closing(onClose)}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t.webhooks.url}
          name="url"
          type="url"
          required
          defaultValue={webhook?.url}
          hint={t.webhooks.urlHint}
          error={fields.url}
        />
        <TextField
          label={t.webhooks.description}
          name="description"
          maxLength={200}
          isOptional
          defaultValue={webhook?.description}
        />
        <TextArea
          label={t.webhooks.events}
          name="events"
          required
          defaultValue={webhook?.events.join('\n') ?? '*'}
          hint={t.webhooks.eventsHint}
          error={fields.events}
        />
        {save.error && !fields.url && !fields.events && <ProblemState error={save.error} />}
        <DialogActions>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={save.isPending}>
            {t.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Shows a secret, the only time that anybody sees it. */
export function SecretDialog({ secret, onClose }: Closable & { secret: string }) {
  const t = useText();
  return (
    <Dialog title={t.webhooks.secretTitle} lead={t.webhooks.secretLead} open onOpenChange={closing(onClose)}>
      <CodeBlock code={secret} label={t.webhooks.secretLabel} />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t.webhooks.done}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** Replaces the secret after asking; the new one is handed on. */
export function RotateSecretDialog({
  webhook,
  onClose,
  onSecret,
}: Closable & { webhook: Webhook; onSecret(secret: string): void }) {
  const t = useText();
  const rotate = useWebhookChange(
    (teamId: string, id: string) => {
      const path = { team_id: teamId, webhook_id: id };
      return unwrap(
        api.POST('/v1/teams/{team_id}/webhooks/{webhook_id}/rotate', {
          params: { path },
          body: { overlap_hours: 24 },
        }),
      );
    },
    ({ secret }) => {
      onClose();
      onSecret(secret);
    },
  );
  return (
    <ConfirmDialog
      title={t.webhooks.rotateTitle}
      consequence={rotate.error ? <ProblemState error={rotate.error} /> : t.webhooks.rotateHint}
      confirmLabel={t.webhooks.rotate}
      open
      onOpenChange={closing(onClose)}
      onConfirm={() => rotate.mutate(webhook.id)}
      busy={rotate.isPending}
    />
  );
}

/** Deletes a webhook after asking. */
export function DeleteWebhookDialog({ webhook, onClose }: Closable & { webhook: Webhook }) {
  const t = useText();
  const remove = useWebhookChange(
    (teamId: string, id: string) => {
      const path = { team_id: teamId, webhook_id: id };
      return unwrap(api.DELETE('/v1/teams/{team_id}/webhooks/{webhook_id}', { params: { path } }));
    },
    () => {
      onClose();
      showToast({ title: t.webhooks.removed });
    },
  );
  return (
    <ConfirmDialog
      title={t.webhooks.removeTitle}
      consequence={remove.error ? <ProblemState error={remove.error} /> : t.webhooks.removeHint}
      confirmLabel={t.webhooks.remove}
      open
      onOpenChange={closing(onClose)}
      onConfirm={() => remove.mutate(webhook.id)}
      busy={remove.isPending}
    />
  );
}

type Delivery = Schemas['WebhookDelivery'];

const TONES: Record<Delivery['status'], Tone> = { pending: 'warn', delivered: 'good', failed: 'bad' };

/** What was sent to a webhook, and how it was answered. */
export function DeliveriesDialog({ webhook, onClose }: Closable & { webhook: Webhook }) {
  const t = useText();
  const { team } = useTeam();
  const path = { team_id: team.id, webhook_id: webhook.id };
  const deliveries = usePages<Delivery>(['webhook-deliveries', webhook.id], (cursor) =>
    unwrap(
      api.GET('/v1/teams/{team_id}/webhooks/{webhook_id}/deliveries', {
        params: { path, query: { limit: 50, ...after(cursor) } },
      }),
    ),
  );
  return (
    <Dialog
      title={t.webhooks.deliveries}
      lead={t.webhooks.deliveriesLead}
      open
      onOpenChange={closing(onClose)}
      width="lg"
    >
      <Loaded query={deliveries}>
        {(list) =>
          list.length === 0 ? (
            <p className="text-quiet">{t.webhooks.noDeliveries}</p>
          ) : (
            <Table label={t.webhooks.deliveries}>
              <TableHead
                columns={[
                  t.webhooks.when,
                  t.webhooks.event,
                  t.webhooks.state,
                  t.webhooks.answer,
                  t.webhooks.attempts,
                ]}
              />
              <tbody>
                {list.map((delivery) => (
                  <DeliveryRow key={delivery.id} delivery={delivery} />
                ))}
              </tbody>
            </Table>
          )
        }
      </Loaded>
      <MoreButton list={deliveries} />
    </Dialog>
  );
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const t = useText();
  const format = useFormat();
  const { status, response_status: answered, error } = delivery;
  return (
    <Tr>
      <Td className="whitespace-nowrap">{format.time(delivery.created_at)}</Td>
      <Td className="font-mono text-sm">{delivery.event}</Td>
      <Td>
        <Badge tone={TONES[status]}>{t.webhooks.statuses[status]}</Badge>
      </Td>
      <Td className="text-sm text-quiet">{error ?? answered ?? '–'}</Td>
      <Td>{format.number(delivery.attempts)}</Td>
    </Tr>
  );
}
