import { useQueries } from '@tanstack/react-query';
import { RotateCcw, X } from 'lucide-react';
import { useEffect } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { useText } from '../../../i18n/text.tsx';
import { useTeam } from '../../../shell/team.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { useProblemText } from '../../../ui/states.tsx';
import { type Document, documentOptions, isSettled } from '../../../viewer/use-document.ts';
import { ProgressBar, StatusBadge, useErrorAdvice } from '../status-badge.tsx';
import { UploadFailure } from './send-file.ts';
import { clearUploads, removeUpload, retryUpload, type UploadItem, useUploads } from './upload-queue.ts';

/** So many documents are asked for one by one; they are read in this order, so the others wait anyway. */
const WATCHED = 8;

/** The files on their way, through the upload and each step of reading. @param onChange when a document moves on */
export function UploadPanel({ onChange }: { onChange(): void }) {
  const t = useText();
  const { team } = useTeam();
  const items = useUploads(team.id);
  const { documents, gone } = useUploaded(items, onChange);
  if (items.length === 0) return null;
  const isGone = ({ documentId }: UploadItem) => documentId !== null && gone.has(documentId);
  const isDone = (item: UploadItem) => isGone(item) || isFinished(item, documents.get(item.documentId ?? ''));
  const finished = items.filter((item) => isDone(item));
  return (
    <section aria-label={t.documents.uploads.title} className="mb-5 rounded-md border border-line">
      <header className="flex flex-wrap items-center gap-3 border-b border-line px-3 py-2">
        <h2 className="text-base">{t.documents.uploads.title}</h2>
        <p role="status" className="text-sm text-quiet">
          {t.documents.uploads.summary(finished.length, items.length)}
        </p>
        {finished.length > 0 && (
          <Button
            size="sm"
            look="quiet"
            className="ml-auto"
            onClick={() => clearUploads(finished.map(({ key }) => key))}
          >
            {t.documents.uploads.clear}
          </Button>
        )}
      </header>
      <ul className="max-h-72 divide-y divide-line overflow-y-auto" tabIndex={0}>
        {items.map((item) => (
          <Row
            key={item.key}
            item={item}
            isGone={isGone(item)}
            document={documents.get(item.documentId ?? '')}
          />
        ))}
      </ul>
    </section>
  );
}

type Uploaded = { documents: Map<string, Document>; gone: Set<string> };

/** The documents of the sent files. Those deleted meanwhile, such as by a replacement with the same bytes, are gone. */
function useUploaded(items: UploadItem[], onChange: () => void): Uploaded {
  const { team } = useTeam();
  const ids = items.flatMap(({ documentId }) => documentId ?? []);
  const known = useQueries({
    queries: ids.map((id) => ({ ...documentOptions(team.id, id), enabled: false })),
    combine: (results) => results.map(({ data, error }) => ({ data, isGone: isMissing(error) })),
  });
  const gone = new Set(ids.filter((_id, at) => known[at]?.isGone));
  const documents = known.flatMap(({ data }) => data ?? []).filter(({ id }) => !gone.has(id));
  const open = ids.filter(
    (id) => !gone.has(id) && !documents.some((document) => document.id === id && isSettled(document)),
  );
  useQueries({ queries: open.slice(0, WATCHED).map((id) => documentOptions(team.id, id)) });
  const states = documents.map(({ id, status }) => `${id} ${status}`).join();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- a state that changed is the reason to tell
  useEffect(onChange, [states, ids.length]);
  return { documents: new Map(documents.map((document) => [document.id, document])), gone };
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

function isFinished({ phase }: UploadItem, document: Document | undefined): boolean {
  if (phase === 'sent') return document !== undefined && isSettled(document);
  return phase === 'refused' || phase === 'skipped';
}

type RowProps = { item: UploadItem; isGone: boolean; document: Document | undefined };

function Row({ item, isGone, document }: RowProps) {
  const t = useText();
  const advice = useErrorAdvice();
  const { file, folder, key, phase } = item;
  const reason = useReason(item);
  const note = document?.error ? advice(document) : reason;
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">
          {folder && <span className="text-quiet">{folder}/</span>}
          {file.name}
        </p>
        {note && <p className="text-sm text-bad">{note}</p>}
      </div>
      {isGone && <Badge>{t.documents.uploads.gone}</Badge>}
      {!isGone && (document ? <StatusBadge document={document} /> : <Phase item={item} />)}
      {phase === 'failed' && (
        <IconButton label={t.documents.uploads.retry(file.name)} onClick={() => retryUpload(key)}>
          <RotateCcw size={16} aria-hidden />
        </IconButton>
      )}
      {(phase === 'waiting' || phase === 'uploading') && (
        <IconButton label={t.documents.uploads.cancel(file.name)} onClick={() => removeUpload(key)}>
          <X size={16} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}

/** The state of a file that is no document yet. */
function Phase({ item: { phase, share } }: { item: UploadItem }) {
  const t = useText();
  if (phase === 'sent') return <Badge tone="accent">{t.documents.statuses.uploaded}</Badge>;
  const label = t.documents.uploads.phases[phase];
  const isBad = phase === 'failed' || phase === 'refused';
  return (
    <span className="inline-flex items-center gap-1.5">
      <Badge tone={isBad ? 'bad' : phase === 'uploading' ? 'accent' : 'plain'}>{label}</Badge>
      {phase === 'uploading' && <ProgressBar share={share} label={label} />}
    </span>
  );
}

/** Why a file was not added, in words. */
function useReason({ phase, problem, file }: UploadItem): string | null {
  const t = useText();
  const words = useProblemText(problem);
  if (phase === 'refused')
    return file.size === 0
      ? t.documents.uploads.empty
      : t.documents.uploads.unsupported(t.documents.typeNames);
  if (problem instanceof UploadFailure) return t.documents.uploads[problem.reason];
  return phase === 'failed' ? words : null;
}
