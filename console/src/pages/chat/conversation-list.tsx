import { Dialog } from '@base-ui/react/dialog';
import { Link } from '@tanstack/react-router';
import { Pin, Search, SquarePen, X } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useText } from '../../i18n/text.tsx';
import { Button, buttonClasses, IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { ProblemState, Skeleton } from '../../ui/states.tsx';
import { ages } from './ages.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { type Conversation, useConversations } from './queries.ts';
import { changed, chatRoute } from './route.ts';

type ListProps = {
  botId: string;
  conversationId: string | null;
  /** Whether the list stands beside the conversation where there is room. */
  isBeside: boolean;
  isOpen: boolean;
  setOpen(isOpen: boolean): void;
};

/** One's conversations: a column at the left, or a drawer where there is no room for it. */
export function ConversationList({ isBeside, isOpen, setOpen, ...of }: ListProps) {
  const t = useText();
  return (
    <>
      <nav
        aria-label={t.chat.conversations}
        className={classes(
          'flex w-64 shrink-0 flex-col border-r border-line',
          isBeside ? 'max-lg:hidden' : 'max-2xl:hidden',
        )}
      >
        <List {...of} onChoose={() => undefined} />
      </nav>
      <Dialog.Root open={isOpen} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-starting-style:opacity-0" />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-80 max-w-[85vw] flex-col border-r border-line bg-canvas shadow-raised transition-transform data-starting-style:-translate-x-full">
            <div className="flex items-center justify-between py-1 pr-2 pl-4">
              <Dialog.Title className="text-base font-semibold">{t.chat.conversations}</Dialog.Title>
              <Dialog.Close render={<IconButton label={t.common.close} />}>
                <X size={18} aria-hidden />
              </Dialog.Close>
            </div>
            <List {...of} onChoose={() => setOpen(false)} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}

type OfList = Pick<ListProps, 'botId' | 'conversationId'> & { onChoose(): void };

function List({ botId, conversationId, onChoose }: OfList) {
  const t = useText();
  const { q = '' } = chatRoute.useSearch();
  const navigate = chatRoute.useNavigate();
  const search = (text: string) =>
    void navigate({ search: (all) => changed(all, { q: text }), replace: true });
  return (
    <>
      <div className="grid gap-2 p-3 pb-2">
        <Link
          to="/chat/{-$botId}/{-$conversationId}"
          params={{ botId, conversationId: undefined }}
          onClick={onChoose}
          className={buttonClasses('plain')}
        >
          <SquarePen size={15} aria-hidden /> {t.chat.newConversation}
        </Link>
        <label className="flex items-center gap-2 rounded-md border border-line px-2 text-sm focus-within:border-accent">
          <Search size={14} aria-hidden className="shrink-0 text-quiet" />
          <span className="sr-only">{t.chat.searchConversations}</span>
          <input
            type="search"
            value={q}
            placeholder={t.chat.searchConversations}
            onChange={({ target }) => search(target.value)}
            className="min-h-8 w-full bg-transparent outline-none placeholder:text-quiet max-sm:min-h-11 max-sm:text-lg"
          />
        </label>
      </div>
      <Groups text={useDeferredValue(q.trim())} conversationId={conversationId} onChoose={onChoose} />
    </>
  );
}

type GroupsProps = { text: string; conversationId: string | null; onChoose(): void };

/** Pinned ones first, the others by age; what a search finds is one list. */
function Groups({ text, ...of }: GroupsProps) {
  const t = useText();
  const pinned = useConversations({ text, isPinned: true });
  const others = useConversations({ text, isPinned: false });
  if (others.isPending) return <Skeleton className="p-4" />;
  if (others.error)
    return <ProblemState error={others.error} onRetry={() => void others.refetch()} className="m-3" />;
  const isEmpty = pinned.conversations.length + others.conversations.length === 0;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
      {isEmpty && (
        <p className="px-2 py-3 text-sm text-quiet">{text ? t.chat.nothingFound : t.chat.noConversations}</p>
      )}
      <Group name={t.chat.pinned} conversations={pinned.conversations} {...of} />
      {ages(others.conversations).map(({ age, conversations }) => (
        <Group key={age} name={t.chat.ages[age]} conversations={conversations} {...of} />
      ))}
      {others.hasNextPage && (
        <Button
          size="sm"
          look="quiet"
          className="mt-2 w-full"
          busy={others.isFetchingNextPage}
          onClick={() => void others.fetchNextPage()}
        >
          {t.common.loadMore}
        </Button>
      )}
    </div>
  );
}

type GroupProps = Omit<GroupsProps, 'text'> & { name: string; conversations: Conversation[] };

function Group({ name, conversations, conversationId, onChoose }: GroupProps) {
  if (conversations.length === 0) return null;
  return (
    <section aria-label={name}>
      <h2 className="px-2 pt-3 pb-1 text-xs font-medium text-quiet">{name}</h2>
      <ul>
        {conversations.map((each) => (
          <li
            key={each.id}
            className={classes(
              'group/item flex items-center rounded-md hover:bg-sunken',
              each.id === conversationId && 'bg-accent-wash',
            )}
          >
            <Link
              to="/chat/{-$botId}/{-$conversationId}"
              params={{ botId: each.bot_id, conversationId: each.id }}
              search={({ q }) => (q ? { q } : {})}
              aria-current={each.id === conversationId ? 'page' : undefined}
              onClick={onChoose}
              className="flex min-h-8 min-w-0 flex-1 items-center gap-1.5 rounded-md px-2 max-sm:min-h-11"
            >
              {each.pinned && <Pin size={12} aria-hidden className="shrink-0 text-quiet" />}
              <span className="truncate">{each.title}</span>
            </Link>
            <span className="transition-opacity pointer-fine:opacity-0 pointer-fine:group-focus-within/item:opacity-100 pointer-fine:group-hover/item:opacity-100 pointer-fine:has-data-popup-open:opacity-100">
              <ConversationMenu conversation={each} isOpen={each.id === conversationId} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
