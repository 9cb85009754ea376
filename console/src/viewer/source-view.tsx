import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { api, type Schemas } from '../api/client.ts';
import { unwrap } from '../api/problem.ts';
import { useTeam } from '../shell/team.ts';
import { Loaded, Skeleton } from '../ui/states.tsx';
import { type Passage, usePassages } from './passages.ts';
import type { Mark } from './pdf-page.tsx';
import { TextView } from './text-view.tsx';
import { useDocument } from './use-document.ts';

type Box = Schemas['Box'];

const PdfView = lazy(async () => ({ default: (await import('./pdf-view.tsx')).PdfView }));

type SourceViewProps = {
  documentId: string;
  filename: string;
  title: string;
  /** The page to open with, where there is no mark. */
  page: number | null;
  /** What is marked; empty marks the whole passage. */
  quote: string;
  /** Where the quote lies, fractions of a page; when empty, it is looked up by `chunkId`. */
  boxes: Box[];
  /** The passage of the quote; empty shows the document without a mark. */
  chunkId: string;
  /** Links the passages with a list beside the document: which is pointed at here or there. */
  pointing?: { passageId: string | null; onPoint(passageId: string | null): void } | undefined;
};

/** A document at its quote: a PDF as its pages, every other format as its text. It fills its parent. */
export function SourceView({ pointing, ...source }: SourceViewProps) {
  const { documentId, title, quote, chunkId, boxes, filename } = source;
  // A renamed file may have lost its ending; only PDFs have boxes.
  const isSurelyPdf = boxes.length > 0 || filename.toLowerCase().endsWith('.pdf');
  const document = useDocument(documentId, !isSurelyPdf);
  if (isSurelyPdf) return <PdfSource {...source} pointing={pointing} />;
  if (!document.data)
    return (
      <Loaded query={document} lines={8}>
        {() => null}
      </Loaded>
    );
  if (document.data.content_type === 'application/pdf') return <PdfSource {...source} pointing={pointing} />;
  return (
    <TextView
      documentId={documentId}
      title={title}
      quote={quote}
      chunkId={chunkId}
      pointed={pointing?.passageId ?? null}
      onPoint={pointing?.onPoint}
    />
  );
}

function PdfSource({ chunkId, pointing, ...source }: SourceViewProps) {
  const { boxes, page } = useProof({ chunkId, ...source });
  const passages = usePassages(source.documentId, pointing !== undefined);
  const marks = (passages.data ?? []).map((passage) => toMark(passage, pointing?.passageId ?? null));
  return (
    <Suspense fallback={<Skeleton className="p-6" lines={8} />}>
      <PdfView
        {...source}
        boxes={boxes}
        page={page}
        marks={pointing ? marks : []}
        onPoint={pointing?.onPoint}
      />
    </Suspense>
  );
}

function toMark({ id, boxes }: Passage, pointed: string | null): Mark {
  return { id, boxes, look: id === pointed ? 'passage' : 'plain' };
}

/** Where the quote lies. A link knows only the passage and the words; the API then finds the place. */
function useProof({ documentId, chunkId, quote, boxes, page }: SourceViewProps) {
  const { team } = useTeam();
  const path = { team_id: team.id, document_id: documentId, chunk_id: chunkId };
  const { data } = useQuery({
    queryKey: ['chunk', team.id, documentId, chunkId, quote],
    enabled: chunkId !== '' && boxes.length === 0,
    staleTime: 60_000,
    retry: false,
    queryFn: () =>
      unwrap(
        api.GET('/v1/teams/{team_id}/documents/{document_id}/chunks/{chunk_id}', {
          params: { path, query: quote ? { quote: quote.slice(0, 2_000) } : {} },
        }),
      ),
  });
  if (boxes.length > 0 || !data) return { boxes, page };
  return { boxes: data.quote?.boxes ?? data.boxes, page: data.page ?? page };
}
