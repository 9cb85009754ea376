import { Navigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { NotFound } from '../../shell/failed-page.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { ChatHeader } from './chat-header.tsx';
import { Composer } from './composer.tsx';
import { ConversationList } from './conversation-list.tsx';
import { takeQuestion } from './handed-question.ts';
import { MessageLog } from './message-log.tsx';
import { ProofPane } from './proof-pane.tsx';
import { ProofsContext } from './proofs.ts';
import { type Bot, type Conversation, useConversation } from './queries.ts';
import { changed, chatRoute } from './route.ts';
import { useProofPane } from './use-proof-pane.ts';
import { type Room, useRoom } from './use-room.ts';
import { Welcome } from './welcome.tsx';

type RoomProps = { bots: Bot[]; bot: Bot; conversationId: string | null };

/** The conversations at the left, the open one in the middle, and a proof at the right. */
export function ChatRoom({ bots, bot, conversationId }: RoomProps) {
  const t = useText();
  const conversation = useConversation(conversationId);
  useDocumentTitle(conversation.data?.title ?? bot.name);
  const isMissing = conversation.error instanceof ApiProblem && conversation.error.status === 404;
  const [isListOpen, setListOpen] = useState(false);
  const { source } = chatRoute.useSearch();
  const ownBot = bots.find(({ id }) => id === conversation.data?.bot_id);
  if (ownBot && ownBot.id !== bot.id)
    return (
      <Navigate
        to="/chat/{-$botId}/{-$conversationId}"
        params={{ botId: ownBot.id, conversationId: conversationId ?? undefined }}
        replace
      />
    );
  return (
    <div className="flex h-full min-w-0">
      <ConversationList
        botId={bot.id}
        conversationId={conversationId}
        isBeside={source === undefined}
        isOpen={isListOpen}
        setOpen={setListOpen}
      />
      {isMissing ? (
        <div className="flex-1">
          <NotFound />
        </div>
      ) : (
        <OpenRoom
          bots={bots}
          bot={bot}
          conversation={conversation.data ?? null}
          conversationId={conversationId}
          onOpenList={() => setListOpen(true)}
        />
      )}
      <p role="status" className="sr-only">
        {conversation.isLoading ? t.common.loading : ''}
      </p>
    </div>
  );
}

type OpenProps = RoomProps & { conversation: Conversation | null; onOpenList(): void };

function OpenRoom({ bots, bot, conversation, conversationId, onOpenList }: OpenProps) {
  const room = useRoom(bot, conversationId);
  const pane = useProofPane(room);
  const { draft, setDraft, field } = useDraft(conversationId, room.live?.key ?? null);
  useStopKey(room, pane.proof !== null);
  const { send } = room;
  useEffect(() => {
    const question = conversationId === null ? takeQuestion(bot.id) : null;
    if (question) send(question);
  }, [bot.id, conversationId, send]);
  return (
    <ProofsContext value={pane.context}>
      <div className="flex min-w-0 flex-1 flex-col">
        <ChatHeader {...{ bots, bot, conversation, onOpenList }} isBeside={!pane.proof} />
        <MessageLog
          room={room}
          conversationId={conversationId}
          welcome={<Welcome bot={bot} onAsk={(question) => room.send(question)} />}
        />
        <Composer room={room} draft={draft} setDraft={setDraft} field={field} />
      </div>
      {pane.proof && <ProofPane {...pane.proof} onMove={pane.move} onClose={pane.close} />}
    </ProofsContext>
  );
}

/** Escape stops an answer, wherever the focus is; where the proof pane is open, it closes that first. */
function useStopKey({ isBusy, stop }: Room, isPaneOpen: boolean): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing && isBusy && !isPaneOpen) stop();
  });
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** On a phone the keyboard would cover what the page shows. */
const hasKeyboard = () => matchMedia('(pointer: fine)').matches;

/** The question that is being written. `?ask=` in the address begins one. @param sent changes when one is sent */
function useDraft(conversationId: string | null, sent: string | null) {
  const [draft, setDraft] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const { ask } = chatRoute.useSearch();
  const navigate = chatRoute.useNavigate();
  const [taken, setTaken] = useState<string>();
  if (ask !== taken) {
    setTaken(ask);
    if (ask) setDraft(ask);
  }
  useEffect(() => {
    if (ask) void navigate({ search: (all) => changed(all, { ask: undefined }), replace: true });
  }, [ask, navigate]);
  useEffect(() => {
    if (conversationId === null && hasKeyboard()) field.current?.focus();
  }, [conversationId]);
  useEffect(() => {
    // The button that sent it, such as a starter, may be gone.
    if (sent && document.activeElement === document.body && hasKeyboard()) field.current?.focus();
  }, [sent]);
  return { draft, setDraft, field };
}
