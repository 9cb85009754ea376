import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { HitItem } from './hit-item.tsx';
import type { Mode, SearchQuery } from './search-queries.ts';

type ColumnProps = {
  mode: Mode;
  search: SearchQuery;
  query: string;
  /** The passage under the pointer or the focus, in whichever column. */
  active: string | null;
  onActive(chunkId: string | null): void;
  places(chunkId: string): Record<Mode, number | null>;
};

/** What one kind of search finds, best first. */
export function Column({ mode, search, query, active, onActive, places }: ColumnProps) {
  const t = useText();
  return (
    <section aria-label={t.search.columns[mode]}>
      <header className="border-b border-line pb-2">
        <div className="flex items-baseline justify-between gap-2">
          <h2 className="max-lg:sr-only">{t.search.columns[mode]}</h2>
          <span aria-live={mode === 'hybrid' ? 'polite' : 'off'} className="text-sm text-quiet tabular-nums">
            <Took search={search} mode={mode} />
          </span>
        </div>
        <p className="text-sm text-quiet">{t.search.columnLeads[mode]}</p>
      </header>
      <Loaded query={search} lines={9}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title={t.search.noneTitle} hint={t.search.noneHint} className="py-8" />
          ) : (
            <ol>
              {data.map((hit, at) => (
                <HitItem
                  key={hit.chunk_id}
                  hit={hit}
                  place={at + 1}
                  mode={mode}
                  query={query}
                  isActive={active === hit.chunk_id}
                  onActive={onActive}
                  places={places(hit.chunk_id)}
                />
              ))}
            </ol>
          )
        }
      </Loaded>
    </section>
  );
}

/** How long it took on the server; its parts are the tooltip. */
function Took({ search, mode }: { search: SearchQuery; mode: Mode }) {
  const t = useText();
  const { number } = useFormat();
  if (!search.data) return null;
  const { data, took_ms: took } = search.data;
  const parts = (['embed', 'vector', 'lexical', 'rerank'] as const).flatMap((part) => {
    const value = took[part];
    return value === null ? [] : [t.search.parts[part](number(Math.round(value)))];
  });
  const total = t.search.ms(number(Math.round(took.total)));
  return (
    <>
      {t.search.found(number(data.length))} · {total}
      {mode === 'hybrid' && parts.length > 0 && <span className="max-xl:hidden"> ({parts.join(', ')})</span>}
    </>
  );
}
