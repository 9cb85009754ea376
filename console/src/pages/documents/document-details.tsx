import type { ReactNode } from 'react';
import { useMemberNames } from '../../api/names.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import type { Document } from '../../viewer/use-document.ts';
import { useCollections } from './data.ts';
import { toLines } from './metadata.ts';

/** What is known about a document. */
export function DocumentDetails({ document }: { document: Document }) {
  const t = useText();
  const format = useFormat();
  const { data: collections = [] } = useCollections();
  const { team } = useTeam();
  const nameOf = useMemberNames(team.id);
  const words = t.documents.page;
  const count = (value: number | null) => (value === null ? null : format.number(value));
  const time = (value: string | null) => value && format.time(value);
  const facts: [string, ReactNode][] = [
    [words.file, document.filename],
    [words.type, document.content_type],
    [t.documents.columns.size, format.bytes(document.size_bytes)],
    [t.documents.collection, collections.find(({ id }) => id === document.collection_id)?.name],
    [t.documents.columns.pages, count(document.pages)],
    [t.documents.columns.passages, count(document.chunks)],
    [words.tokensName, count(document.tokens)],
    [words.model, document.embedding_model],
    [words.added, time(document.created_at)],
    [words.addedBy, nameOf(document.created_by)],
    [words.readAt, time(document.ready_at)],
    [words.source, document.source_url && <SourceLink url={document.source_url} />],
  ];
  const metadata = toLines(document.metadata);
  return (
    <>
      <Facts facts={facts} />
      <h2 className="mt-6 mb-2">{t.documents.metadata}</h2>
      {metadata.length === 0 ? (
        <p className="text-quiet">{words.noMetadata}</p>
      ) : (
        <Facts facts={metadata.map(({ key, value }) => [key, value])} />
      )}
    </>
  );
}

function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-quiet">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function SourceLink({ url }: { url: string }) {
  // Only what the API has fetched itself: http or https.
  return (
    <a href={url} target="_blank" rel="noreferrer" className="text-accent underline">
      {url}
    </a>
  );
}
