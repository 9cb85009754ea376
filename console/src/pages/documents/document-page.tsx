import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { useDocumentTitle } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { SourceView } from '../../viewer/source-view.tsx';
import { type Document, useDocument } from '../../viewer/use-document.ts';

const route = getRouteApi('/shell/documents/$documentId');

/** A document: the viewer with the marked passage. */
export function DocumentPage() {
  const { documentId } = route.useParams();
  const query = useDocument(documentId);
  return <Loaded query={query}>{(document) => <DocumentOf document={document} />}</Loaded>;
}

function DocumentOf({ document }: { document: Document }) {
  const t = useText();
  const { chunk = '', quote = '', page } = route.useSearch();
  const [passageId, onPoint] = useState<string | null>(null);
  useDocumentTitle(document.title || t.documents.title);
  return (
    <div className="flex h-full flex-col">
      <h1 className="px-4 py-3">{document.title}</h1>
      <div className="min-h-0 flex-1">
        <SourceView
          documentId={document.id}
          filename={document.filename}
          title={document.title}
          page={page ? Number(page) : null}
          quote={quote}
          boxes={[]}
          chunkId={chunk}
          pointing={{ passageId, onPoint }}
        />
      </div>
    </div>
  );
}
