import { Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import type { Citation } from './markers.ts';

/** The documents that an answer cites, one line each, and how many of its proofs hold. */
export function CitedSources({ citations }: { citations: Citation[] }) {
  const t = useText();
  if (citations.length === 0) return null;
  const documents = [...Map.groupBy(citations, ({ document_id }) => document_id).values()];
  const open = citations.filter(({ verified }) => !verified).length;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-quiet">
      <ul aria-label={t.chat.citedDocuments} className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
        {documents.map((each) => (
          <CitedDocument key={each[0]?.document_id} citations={each} />
        ))}
      </ul>
      {open > 0 && <p className="text-warn">{t.chat.unconfirmed(open, citations.length)}</p>}
    </div>
  );
}

function CitedDocument({ citations }: { citations: Citation[] }) {
  const t = useText();
  const [first] = citations;
  if (!first) return null;
  const pages = [...new Set(citations.flatMap(({ page }) => page ?? []))].sort((a, b) => a - b);
  return (
    <li className="flex min-w-0 items-center gap-1.5">
      <FileText size={14} aria-hidden className="shrink-0" />
      <Link
        to="/documents/$documentId"
        params={{ documentId: first.document_id }}
        search={{ chunk: first.chunk_id, quote: first.quote }}
        className="min-w-0 truncate hover:text-ink hover:underline max-sm:py-2"
      >
        {first.filename}
      </Link>
      {pages.length > 0 && (
        <span className="shrink-0">{pages.map((page) => t.chat.page(page)).join(', ')}</span>
      )}
    </li>
  );
}
