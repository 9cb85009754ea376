import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { teamQuery } from '../../api/team-queries.ts';
import { useTeam } from '../../shell/team.ts';

/** The networks from which the team may be reached. */
export const addressesQuery = (teamId: string) => ({
  queryKey: ['company', teamId, 'addresses'],
  queryFn: () =>
    unwrap(api.GET('/v1/teams/{team_id}/allowed-addresses', { params: { path: { team_id: teamId } } })),
});

/** Whether the team is on legal hold. */
export const holdQuery = (teamId: string) => ({
  queryKey: ['company', teamId, 'hold'],
  queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/legal-hold', { params: { path: { team_id: teamId } } })),
});

/** Runs a change of the team's company rules, and fetches them again. */
export function useCompanyChange<Input>(
  change: (teamId: string, input: Input) => Promise<unknown>,
  onDone: () => void,
) {
  const { team } = useTeam();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(team.id, input),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['company', team.id] });
      await queries.invalidateQueries({ queryKey: teamQuery(team.id).queryKey });
      onDone();
    },
  });
}

/** Replaces the networks; null lifts the rule. */
export function setAddresses(teamId: string, body: { addresses: string[] | null; force: boolean }) {
  const path = { team_id: teamId };
  return unwrap(api.PUT('/v1/teams/{team_id}/allowed-addresses', { params: { path }, body }));
}

export function setExternalModels(teamId: string, isOn: boolean) {
  const path = { team_id: teamId };
  return unwrap(api.PATCH('/v1/teams/{team_id}', { params: { path }, body: { external_models: isOn } }));
}

/** Begins a hold, or changes its reason. */
export function startHold(teamId: string, reason: string) {
  const path = { team_id: teamId };
  return unwrap(api.PUT('/v1/teams/{team_id}/legal-hold', { params: { path }, body: { reason } }));
}

export function endHold(teamId: string) {
  return unwrap(api.DELETE('/v1/teams/{team_id}/legal-hold', { params: { path: { team_id: teamId } } }));
}
