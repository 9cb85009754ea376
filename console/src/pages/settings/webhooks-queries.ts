import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useTeam } from '../../shell/team.ts';

export type Webhook = Schemas['Webhook'];
export type WebhookFields = { url: string; description: string; events: string[] };

export const webhooksQuery = (teamId: string) => ({
  queryKey: ['webhooks', teamId],
  queryFn: () =>
    unwrap(
      api.GET('/v1/teams/{team_id}/webhooks', {
        params: { path: { team_id: teamId }, query: { limit: 100 } },
      }),
    ),
});

/** Runs a change of the team's webhooks, and fetches their list again. */
export function useWebhookChange<Input, Output>(
  change: (teamId: string, input: Input) => Promise<Output>,
  onDone: (output: Output) => void,
) {
  const { team } = useTeam();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(team.id, input),
    async onSuccess(output) {
      await queries.invalidateQueries({ queryKey: ['webhooks', team.id] });
      onDone(output);
    },
  });
}

/** Creates a webhook, or changes the one with this id. @returns the secret of a new one */
export async function saveWebhook(
  teamId: string,
  { id, ...body }: WebhookFields & { id: string | null },
): Promise<string | null> {
  if (id) {
    await changeWebhook(teamId, { id, ...body });
    return null;
  }
  const path = { team_id: teamId };
  const { secret } = await unwrap(api.POST('/v1/teams/{team_id}/webhooks', { params: { path }, body }));
  return secret;
}

export async function changeWebhook(
  teamId: string,
  { id, ...body }: Partial<WebhookFields> & { id: string; enabled?: boolean },
): Promise<void> {
  const path = { team_id: teamId, webhook_id: id };
  await unwrap(api.PATCH('/v1/teams/{team_id}/webhooks/{webhook_id}', { params: { path }, body }));
}
