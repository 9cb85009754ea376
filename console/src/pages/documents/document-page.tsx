import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, MessageSquare } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { SourceView } from '../../viewer/source-view.tsx';
import { type Document, isSettled, useDocument } from '../../viewer/use-document.ts';
import { useCollections, useDocumentActions } from './data.ts';
import { DocumentDetails } from './document-details.tsx';
import { type DocumentDialog, DocumentDialogs } from './document-dialogs.tsx';
import { FailedDocument } from './failed-document.tsx';
import { useOtherTeam } from './find-team.ts';
import { PassageList } from './passage-list.tsx';
import { RowMenu } from './row-menu.tsx';
import { StatusBadge } from './status-badge.tsx';

const route = getRouteApi('/shell/documents/$documentId');

/** A document: the viewer and the passages side by side. Links of citations lead here. */
export function DocumentPage() {
  const { documentId } = route.useParams();
  const query = useDocument(documentId);
  const isMissing = query.error instanceof ApiProblem && query.error.status === 404;
  const isLooking = useOtherTeam(documentId, isMissing);
  if (isLooking) return <Skeleton className="p-6" />;
  if (isMissing) return <MissingDocument />;
  return <Loaded query={query}>{(document) => <DocumentOf key={document.id} document={document} />}</Loaded>;
}

function MissingDocument() {
  const t = useText();
  useDocumentTitle(t.documents.page.missing);
  return (
    <EmptyState title={t.documents.page.missing} hint={t.documents.page.missingHint}>
      <Link to="/documents" className={buttonClasses('primary')}>
        {t.documents.page.back}
      </Link>
    </EmptyState>
  );
}

function DocumentOf({ document }: { document: Document }) {
  const t = useText();
  const navigate = useNavigate({ from: '/documents/$documentId' });
  const { chunk = '', quote = '', page } = route.useSearch();
  const [passageId, setPassageId] = useState<string | null>(null);
  const [tab, setTab] = useState('passages');
  useDocumentTitle(document.title);
  const choose = (id: string) => void navigate({ search: { chunk: id }, replace: true });
  return (
    <div className="flex h-full flex-col max-lg:h-auto">
      <Header document={document} />
      <div className="flex min-h-0 flex-1 max-lg:flex-col">
        <section
          aria-label={t.documents.page.source_region}
          className="min-w-0 flex-1 max-lg:h-[70dvh] max-lg:border-b max-lg:border-line"
        >
          <Viewed document={document}>
            <SourceView
              documentId={document.id}
              filename={document.filename}
              title={document.title}
              page={page ? Number(page) : null}
              quote={quote}
              boxes={[]}
              chunkId={chunk}
              pointing={{ passageId, onPoint: setPassageId }}
            />
          </Viewed>
        </section>
        <aside className="flex w-96 min-h-0 shrink-0 flex-col overflow-y-auto border-line p-4 max-lg:w-full lg:border-l [&_[role=tablist]]:sticky [&_[role=tablist]]:-top-4 [&_[role=tablist]]:z-1 [&_[role=tablist]]:bg-canvas">
          <Tabs
            label={document.title}
            value={tab}
            onChange={setTab}
            tabs={[
              {
                value: 'passages',
                label: t.documents.page.passages,
                content: (
                  <PassageList
                    document={document}
                    chosen={chunk}
                    pointed={passageId}
                    onPoint={setPassageId}
                    onChoose={choose}
                  />
                ),
              },
              {
                value: 'details',
                label: t.documents.page.details,
                content: <DocumentDetails document={document} />,
              },
            ]}
          />
        </aside>
      </div>
    </div>
  );
}

/** The viewer, or why there is nothing to view. */
function Viewed({ document, children }: { document: Document; children: ReactNode }) {
  const t = useText();
  if (document.status === 'failed') return <FailedDocument document={document} />;
  // The file is there before its text is; a PDF can be looked at while it is read.
  const isViewable = isSettled(document) || document.content_type === 'application/pdf';
  if (isViewable && document.status !== 'pending_upload') return children;
  return (
    <EmptyState title={t.documents.statuses[document.status]} hint={t.documents.page.inProgress}>
      <StatusBadge document={document} />
    </EmptyState>
  );
}

/** Title, state and actions. */
function Header({ document }: { document: Document }) {
  const t = useText();
  const navigate = useNavigate();
  const { data: collections = [] } = useCollections();
  const { change, retry } = useDocumentActions();
  const [dialog, setDialog] = useState<DocumentDialog | null>(null);
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5">
      <Link
        to="/documents"
        aria-label={t.documents.page.back}
        className="inline-flex size-8 items-center justify-center rounded-md text-quiet hover:bg-sunken hover:text-ink max-sm:size-11"
      >
        <ArrowLeft size={18} aria-hidden />
      </Link>
      <h1 className="min-w-0 truncate text-lg max-sm:flex-1 max-sm:basis-40">{document.title}</h1>
      <StatusBadge document={document} />
      <div className="ml-auto flex items-center gap-2">
        {document.status === 'ready' && (
          <Link
            to="/chat/{-$botId}/{-$conversationId}"
            search={{ document: document.id }}
            className={buttonClasses('primary')}
          >
            <MessageSquare size={16} aria-hidden />
            {t.documents.ask}
          </Link>
        )}
        <RowMenu
          document={document}
          onDialog={setDialog}
          onRetry={(ids) => retry.mutate(ids)}
          onSwitch={(ids, enabled) => change.mutate({ ids, changes: { enabled } })}
        />
      </div>
      <DocumentDialogs
        dialog={dialog}
        collections={collections}
        onClose={() => setDialog(null)}
        onDone={(kind) => kind === 'remove' && void navigate({ to: '/documents' })}
      />
    </header>
  );
}
