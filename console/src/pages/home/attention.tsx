import { Link } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { Section } from '../../ui/page.tsx';
import type { Document } from './home-queries.ts';

/** Documents that could not be read, with the reason. */
export function Attention({ documents }: { documents: Document[] }) {
  const t = useText();
  if (documents.length === 0) return null;
  return (
    <Section
      title={t.home.attention}
      actions={
        <Link to="/documents" search={{ status: 'failed' }} className="text-sm text-accent hover:underline">
          {t.home.failedDocuments}
        </Link>
      }
    >
      <ul>
        {documents.map(({ id, title, error }) => (
          <li key={id}>
            <Link
              to="/documents/$documentId"
              params={{ documentId: id }}
              className="-mx-2 flex gap-2.5 rounded-md px-2 py-1.5 hover:bg-sunken"
            >
              <CircleAlert size={16} aria-hidden className="mt-1 shrink-0 text-bad" />
              <span className="min-w-0">
                <span className="font-medium">{title}</span>
                {error && <span className="block text-sm text-quiet">{error.message}</span>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
