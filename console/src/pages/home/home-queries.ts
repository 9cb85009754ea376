import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { botsQuery } from '../../api/team-lists.ts';
import { useTeam } from '../../shell/team.ts';
import { isBeingRead } from './own-documents.ts';

export type Document = Schemas['Document'];
export type Conversation = Schemas['Conversation'];

/** How often the start page looks whether a document is ready. */
const POLL_MS = 1_500;
const RECENT = 20;

/** What the start page shows. Lists are the newest of each kind. */
export function useHome() {
  const { team, can } = useTeam();
  const path = { team_id: team.id };
  const documents = useQuery({
    queryKey: ['documents', team.id, 'recent'],
    queryFn: async () => {
      const query = { limit: RECENT };
      return (await unwrap(api.GET('/v1/teams/{team_id}/documents', { params: { path, query } }))).data;
    },
    refetchInterval: ({ state }) => (state.data?.some(isBeingRead) ? POLL_MS : false),
  });
  const failed = useQuery({
    queryKey: ['documents', team.id, 'failed'],
    queryFn: async () => {
      const query = { limit: 5, status: 'failed' } as const;
      return (await unwrap(api.GET('/v1/teams/{team_id}/documents', { params: { path, query } }))).data;
    },
  });
  const conversations = useQuery({
    queryKey: ['conversations', team.id, 'recent'],
    queryFn: async () => {
      const query = { limit: 6 };
      return (await unwrap(api.GET('/v1/teams/{team_id}/conversations', { params: { path, query } }))).data;
    },
  });
  const bots = useQuery(botsQuery(team.id));
  return { documents, failed, conversations, bots, isShared: useIsShared(team.id, can('admin')) };
}

/** Whether somebody else is in the team or invited to it; undefined until that is known. */
function useIsShared(teamId: string, mayInvite: boolean): boolean | undefined {
  const path = { team_id: teamId };
  const query = { limit: 2 };
  const members = useQuery({
    queryKey: ['members', teamId, 'some'],
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/members', { params: { path, query } })),
  });
  const invitations = useQuery({
    queryKey: ['invitations', teamId, 'some'],
    enabled: mayInvite,
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/invitations', { params: { path, query } })),
  });
  // Whoever is there cannot be told: the step stays open, and the page is shown.
  if (members.error ?? invitations.error) return false;
  if (!members.data || (mayInvite && !invitations.data)) return undefined;
  return members.data.data.length > 1 || (invitations.data?.data.length ?? 0) > 0;
}
