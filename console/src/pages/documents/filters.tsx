import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { SelectField } from '../../ui/field.tsx';
import type { Collection, Filter } from './data.ts';

type FiltersProps = {
  filter: Filter;
  collections: Collection[];
  onChange(changes: Filter): void;
};

/** How long typing must pause before it is searched for. */
const PAUSE_MS = 250;
const SHOWN_STATUSES = [
  'ready',
  'failed',
  'pending_upload',
  'uploaded',
  'parsing',
  'chunking',
  'embedding',
  'indexing',
] as const;

/** Name, status and collection; all are in the URL. */
export function Filters({ filter, collections, onChange }: FiltersProps) {
  const t = useText();
  const all = { value: '', label: t.common.all };
  return (
    <div role="search" className="mb-3 flex flex-wrap items-end gap-3">
      <NameSearch value={filter.q ?? ''} onChange={(q) => onChange({ q })} />
      <SelectField
        label={t.documents.status}
        value={filter.status ?? ''}
        choices={[all, ...SHOWN_STATUSES.map((value) => ({ value, label: t.documents.statuses[value] }))]}
        onChange={({ target }) => onChange({ status: target.value })}
        className="w-40 max-sm:flex-1"
      />
      <SelectField
        label={t.documents.collection}
        value={filter.collection ?? ''}
        choices={[all, ...collections.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={({ target }) => onChange({ collection: target.value })}
        className="w-48 max-sm:flex-1"
      />
    </div>
  );
}

function NameSearch({ value, onChange }: { value: string; onChange(value: string): void }) {
  const t = useText();
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  const [seen, setSeen] = useState(value);
  // Going back changes the URL, and with it the field; an echo of what was typed does not.
  if (value !== seen) {
    setSeen(value);
    if (value !== sent) setText(value);
  }
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => {
      setSent(text);
      onChange(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className="relative w-72 max-sm:w-full">
      <Search size={16} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-quiet" />
      <input
        type="search"
        data-main-field
        aria-label={t.documents.search}
        placeholder={t.documents.search}
        value={text}
        onChange={({ target }) => setText(target.value)}
        className="w-full rounded-md border border-line-strong bg-canvas py-1.5 pr-2.5 pl-8 placeholder:text-quiet max-sm:min-h-11 max-sm:text-lg"
      />
    </div>
  );
}
