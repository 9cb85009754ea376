import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { botsQuery } from '../../api/team-lists.ts';
import { useTeam } from '../../shell/team.ts';

export type Bot = Schemas['Bot'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];

const MESSAGES_PER_PAGE = 30;
const CONVERSATIONS_PER_PAGE = 30;

/** The bots that one may ask. */
export function useBots() {
  return useQuery(botsQuery(useTeam().team.id));
}

/** A conversation's own data; nothing for a new one. */
export function useConversation(conversationId: string | null) {
  const team_id = useTeam().team.id;
  return useQuery({
    queryKey: ['conversations', team_id, 'one', conversationId],
    enabled: conversationId !== null,
    queryFn: () =>
      unwrap(
        api.GET('/v1/teams/{team_id}/conversations/{conversation_id}', {
          params: { path: { team_id, conversation_id: conversationId ?? '' } },
        }),
      ),
  });
}

/** The messages of a conversation, oldest first; they are read from its end. */
export function useMessages(conversationId: string | null) {
  const team_id = useTeam().team.id;
  const query = useInfiniteQuery({
    queryKey: ['messages', team_id, conversationId],
    enabled: conversationId !== null,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      unwrap(
        api.GET('/v1/teams/{team_id}/conversations/{conversation_id}/messages', {
          params: {
            path: { team_id, conversation_id: conversationId ?? '' },
            query: { order: 'desc', limit: MESSAGES_PER_PAGE, ...(cursor ? { cursor } : {}) },
          },
        }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const messages = useMemo(
    () => query.data?.pages.flatMap(({ data }) => data).toReversed() ?? [],
    [query.data],
  );
  return { ...query, messages };
}

type Wanted = { text: string; isPinned?: boolean };

/** One's own conversations, newest first, with every bot of the team. */
export function useConversations({ text, isPinned }: Wanted) {
  const path = { team_id: useTeam().team.id };
  const query = useInfiniteQuery({
    queryKey: ['conversations', path.team_id, 'list', text, isPinned],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam: cursor }) =>
      unwrap(
        api.GET('/v1/teams/{team_id}/conversations', {
          params: {
            path,
            query: {
              limit: CONVERSATIONS_PER_PAGE,
              ...(text ? { q: text } : {}),
              ...(isPinned === undefined ? {} : { pinned: isPinned ? 'true' : 'false' }),
              ...(cursor ? { cursor } : {}),
            },
          },
        }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  return { ...query, conversations: query.data?.pages.flatMap(({ data }) => data) ?? [] };
}

/** Reads a conversation and the list of conversations again. */
export function useRefresh(): (conversationId: string | null) => Promise<void> {
  const queries = useQueryClient();
  const teamId = useTeam().team.id;
  return useCallback(
    async (conversationId) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['messages', teamId, conversationId] }),
        queries.invalidateQueries({ queryKey: ['conversations', teamId] }),
      ]);
    },
    [queries, teamId],
  );
}
