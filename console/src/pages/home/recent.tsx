import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Bot } from '../../api/team-lists.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Badge } from '../../ui/badge.tsx';
import type { Conversation, Document } from './home-queries.ts';
import { isBeingRead } from './own-documents.ts';

type RecentProps = { conversations: Conversation[]; documents: Document[]; bots: Bot[] };

const CHAT = '/chat/{-$botId}/{-$conversationId}';
const SHOWN = 6;
const ROW =
  '-mx-2 flex min-h-9 items-center justify-between gap-3 rounded-md px-2 hover:bg-sunken max-sm:min-h-11';
const ALL = 'text-sm text-accent hover:underline';

/** The newest conversations and documents, and whom one may ask. */
export function Recent({ conversations, documents, bots }: RecentProps) {
  const t = useText();
  const format = useFormat();
  return (
    <div className="mt-8 grid gap-x-12 gap-y-8 border-t border-line pt-6 md:grid-cols-2">
      <div className="grid min-w-0 content-start gap-8">
        <List
          title={t.home.conversations}
          empty={t.home.noConversations}
          more={
            <Link to={CHAT} className={ALL}>
              {t.home.allConversations}
            </Link>
          }
        >
          {conversations.slice(0, SHOWN).map((each) => (
            <li key={each.id}>
              <Link to={CHAT} params={{ botId: each.bot_id, conversationId: each.id }} className={ROW}>
                <span className="truncate">{each.title || t.common.untitled}</span>
                <span className="shrink-0 text-xs text-quiet">{format.ago(each.created_at)}</span>
              </Link>
            </li>
          ))}
        </List>
        <List
          title={t.home.bots}
          empty={t.home.ask.noBotMember}
          more={
            <Link to="/bots" className={ALL}>
              {t.home.allBots}
            </Link>
          }
        >
          {bots.slice(0, SHOWN).map((each) => (
            <li key={each.id}>
              <Link to={CHAT} params={{ botId: each.id }} className={ROW}>
                <span className="max-w-3/5 shrink-0 truncate">{each.name}</span>
                <span className="truncate text-xs text-quiet">{each.description}</span>
              </Link>
            </li>
          ))}
        </List>
      </div>
      <List
        title={t.home.documents}
        empty={t.home.noDocuments}
        more={
          <Link to="/documents" className={ALL}>
            {t.home.allDocuments}
          </Link>
        }
      >
        {documents.slice(0, SHOWN).map((each) => (
          <li key={each.id}>
            <Link to="/documents/$documentId" params={{ documentId: each.id }} className={ROW}>
              <span className="truncate">{each.title}</span>
              <DocumentState document={each} />
            </Link>
          </li>
        ))}
      </List>
    </div>
  );
}

function DocumentState({ document }: { document: Document }) {
  const t = useText();
  const format = useFormat();
  if (document.status === 'failed') return <Badge tone="bad">{t.home.failedWord}</Badge>;
  if (isBeingRead(document)) return <Badge tone="accent">{t.home.readingWord}</Badge>;
  return <span className="shrink-0 text-xs text-quiet">{format.ago(document.created_at)}</span>;
}

type ListProps = { title: string; empty: string; more: ReactNode; children: ReactNode[] };

function List({ title, empty, more, children }: ListProps) {
  return (
    <section className="min-w-0">
      <div className="mb-1 flex items-baseline justify-between gap-3">
        <h2>{title}</h2>
        {children.length > 0 && more}
      </div>
      {children.length > 0 ? <ul>{children}</ul> : <p className="text-quiet">{empty}</p>}
    </section>
  );
}
