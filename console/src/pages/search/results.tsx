import { getRouteApi } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { useMedia } from '../../ui/media.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { Column } from './column.tsx';
import { isMode, MODES, type Mode, placeOf, useSearch } from './search-queries.ts';

const route = getRouteApi('/shell/search');
/** Three columns need a screen of 1,024 px. */
const WIDE = '(min-width: 64rem)';

/** What three kinds of search find: side by side, or as tabs on a small screen. */
export function Results({ query, collection }: { query: string; collection: string | undefined }) {
  const t = useText();
  const { team } = useTeam();
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const isWide = useMedia(WIDE);
  const [active, setActive] = useState<string | null>(null);
  const results = {
    lexical: useSearch(team.id, { query, collection, mode: 'lexical' }),
    vector: useSearch(team.id, { query, collection, mode: 'vector' }),
    hybrid: useSearch(team.id, { query, collection, mode: 'hybrid' }),
  };
  const places = (chunkId: string) =>
    ({
      lexical: placeOf(results.lexical.data?.data, chunkId),
      vector: placeOf(results.vector.data?.data, chunkId),
      hybrid: placeOf(results.hybrid.data?.data, chunkId),
    }) satisfies Record<Mode, number | null>;
  const column = (mode: Mode) => (
    <Column
      mode={mode}
      search={results[mode]}
      query={query}
      active={active}
      onActive={setActive}
      places={places}
    />
  );
  return (
    <>
      {results.hybrid.data?.degraded && (
        <p role="status" className="mb-4 flex gap-2 rounded-md bg-warn-wash px-3 py-2">
          <TriangleAlert size={16} aria-hidden className="mt-1 shrink-0 text-warn" />
          {t.search.degraded}
        </p>
      )}
      {isWide ? (
        <div className="grid grid-cols-3 gap-6">
          {MODES.map((mode) => (
            <div key={mode} className="min-w-0">
              {column(mode)}
            </div>
          ))}
        </div>
      ) : (
        <Tabs
          label={t.search.views}
          value={isMode(view) ? view : 'hybrid'}
          onChange={(next) =>
            void navigate({ search: (before) => ({ ...before, view: next }), replace: true })
          }
          tabs={MODES.map((mode) => ({
            value: mode,
            label: t.search.columns[mode],
            content: column(mode),
          }))}
        />
      )}
    </>
  );
}
