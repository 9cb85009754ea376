import { Link } from '@tanstack/react-router';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { Table, Td, Th, Tr } from '../../ui/table.tsx';
import type { Document } from '../../viewer/use-document.ts';
import type { Collection } from './data.ts';
import type { DocumentDialog } from './document-dialogs.tsx';
import { RowMenu } from './row-menu.tsx';
import { StatusBadge, useErrorAdvice } from './status-badge.tsx';

type TableProps = {
  documents: Document[];
  collections: Collection[];
  selected: ReadonlySet<string>;
  onSelect(ids: string[], isSelected: boolean): void;
  onDialog(dialog: DocumentDialog): void;
  onRetry(ids: string[]): void;
  onSwitch(ids: string[], enabled: boolean): void;
};

const WIDE = 'max-md:hidden';
const CHECK = 'size-4 accent-accent align-middle max-sm:size-5';

/** The team's documents. */
export function DocumentTable({ documents, selected, onSelect, ...rest }: TableProps) {
  const t = useText();
  const { can } = useTeam();
  const isAll = documents.length > 0 && documents.every(({ id }) => selected.has(id));
  return (
    <Table label={t.documents.title}>
      <thead>
        <tr>
          {can('member') && (
            <Th className="w-8">
              <input
                type="checkbox"
                aria-label={t.documents.selectAll}
                checked={isAll}
                onChange={({ target }) =>
                  onSelect(
                    documents.map(({ id }) => id),
                    target.checked,
                  )
                }
                className={CHECK}
              />
            </Th>
          )}
          <Th>{t.documents.columns.document}</Th>
          <Th>{t.documents.status}</Th>
          <Th className={`${WIDE} text-right`}>{t.documents.columns.pages}</Th>
          <Th className={`${WIDE} text-right`}>{t.documents.columns.passages}</Th>
          <Th className={`${WIDE} text-right`}>{t.documents.columns.size}</Th>
          <Th className="max-lg:hidden">{t.documents.collection}</Th>
          <Th className={WIDE}>{t.documents.columns.added}</Th>
          <Th className="w-10">
            <span className="sr-only">{t.common.actions}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {documents.map((document) => (
          <Row
            key={document.id}
            document={document}
            isSelected={selected.has(document.id)}
            onSelect={(isSelected) => onSelect([document.id], isSelected)}
            {...rest}
          />
        ))}
      </tbody>
    </Table>
  );
}

type RowProps = Omit<TableProps, 'documents' | 'selected' | 'onSelect'> & {
  document: Document;
  isSelected: boolean;
  onSelect(isSelected: boolean): void;
};

function Row({ document, collections, isSelected, onSelect, ...actions }: RowProps) {
  const t = useText();
  const format = useFormat();
  const { can } = useTeam();
  const collection = collections.find(({ id }) => id === document.collection_id);
  const count = (value: number | null) => (value === null ? '–' : format.number(value));
  return (
    <Tr className={isSelected ? 'bg-accent-wash hover:bg-accent-wash' : ''}>
      {can('member') && (
        <Td>
          <input
            type="checkbox"
            aria-label={t.documents.select(document.title)}
            checked={isSelected}
            onChange={({ target }) => onSelect(target.checked)}
            className={CHECK}
          />
        </Td>
      )}
      <Td className="min-w-40">
        <NameCell document={document} onRetry={actions.onRetry} />
      </Td>
      <Td>
        <StatusBadge document={document} />
      </Td>
      <Td className={`${WIDE} text-right tabular-nums`}>{count(document.pages)}</Td>
      <Td className={`${WIDE} text-right tabular-nums`}>{count(document.chunks)}</Td>
      <Td className={`${WIDE} text-right whitespace-nowrap tabular-nums`}>
        {format.bytes(document.size_bytes)}
      </Td>
      <Td className="max-w-40 truncate text-quiet max-lg:hidden">{collection?.name}</Td>
      <Td className={`${WIDE} whitespace-nowrap text-quiet`}>
        <time dateTime={document.created_at} title={format.time(document.created_at)}>
          {format.ago(document.created_at)}
        </time>
      </Td>
      <Td className="text-right">
        <RowMenu document={document} {...actions} />
      </Td>
    </Tr>
  );
}

/** Title and file name; of a failed document also what to do. */
function NameCell({ document, onRetry }: { document: Document; onRetry(ids: string[]): void }) {
  const t = useText();
  const { can } = useTeam();
  const advice = useErrorAdvice()(document);
  const isSame = document.filename === document.title;
  return (
    <>
      <Link
        to="/documents/$documentId"
        params={{ documentId: document.id }}
        className="font-medium hover:text-accent hover:underline max-sm:inline-block max-sm:py-2"
      >
        {document.title}
      </Link>
      {!isSame && <p className="truncate text-sm text-quiet">{document.filename}</p>}
      {advice && (
        <p className="mt-0.5 max-w-prose text-sm text-bad">
          {advice}{' '}
          {can('member') && document.error?.retryable && (
            <Button size="sm" className="ml-1" onClick={() => onRetry([document.id])}>
              {t.documents.retry}
            </Button>
          )}
        </p>
      )}
    </>
  );
}
