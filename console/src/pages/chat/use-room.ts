import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTeam } from '../../shell/team.ts';
import { type Asking, ask, dismiss, isRunning, type Replaces, stop, useAsking } from './asking.ts';
import { type Bot, useMessages, useRefresh } from './queries.ts';
import { chatRoute } from './route.ts';
import { isSaved, shownMessages, unansweredQuestion } from './shown-messages.ts';

/** An answer that its reader stopped is saved a moment later. */
const SAVED_AFTER_MS = 1_500;

/** A conversation with a bot: what was said, what is being said, and the ways to ask. */
export function useRoom(bot: Bot, conversationId: string | null) {
  const router = useRouter();
  const { team } = useTeam();
  const { document = null } = chatRoute.useSearch();
  const history = useMessages(conversationId);
  const asking = useAsking(conversationId, bot.id);
  const refresh = useRefresh();
  const shown = shownMessages(history.messages, asking);
  const live = asking && !isSaved(history.messages, asking) ? asking : null;

  useEffect(() => {
    if (asking && !live) dismiss(asking);
  }, [asking, live]);

  const openConversation = async (id: string, from: string) => {
    // Whoever looks at something else by now stays there.
    if (router.state.location.pathname !== from) return;
    await router.navigate({
      to: '/chat/{-$botId}/{-$conversationId}',
      params: { botId: bot.id, conversationId: id },
      search: ({ document }) => (document ? { document } : {}),
      replace: true,
    });
  };
  const send = async (question: string, replaces: Replaces | null = null) => {
    // What the page alone knows of an answer that broke off goes with the next question.
    if (live?.status === 'cut') await refresh(conversationId);
    const from = router.state.location.pathname;
    await ask({
      teamId: team.id,
      botId: bot.id,
      conversationId,
      question,
      documentId: document,
      replaces,
      onStart: (id) => openConversation(id, from),
      onEnd: (id) => {
        void refresh(id);
        setTimeout(() => void refresh(id), SAVED_AFTER_MS);
      },
    });
  };
  /** Sends a failed question again, in the place of its own copy where the API has saved one. */
  const retry = ({ question, replaces }: Pick<Asking, 'question' | 'replaces'>) => {
    const saved = unansweredQuestion(history.messages, question);
    void send(question, replaces ?? (saved ? { kind: 'question', messageId: saved } : null));
  };
  return {
    history,
    messages: shown,
    live,
    isBusy: isRunning(asking),
    send: (question: string, replaces?: Replaces | null) => void send(question, replaces),
    retry,
    stop: () => asking && stop(asking),
    dismiss: () => asking && dismiss(asking),
  };
}

export type Room = ReturnType<typeof useRoom>;
