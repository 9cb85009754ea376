import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type SubmitEvent, useEffect, useRef } from 'react';
import { collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Results } from './results.tsx';

const route = getRouteApi('/shell/search');

/** One query, searched by words, by vectors and by both. */
export function SearchPage() {
  const t = useText();
  const { can } = useTeam();
  const { q = '', collection } = route.useSearch();
  return (
    <Page title={t.search.title} lead={t.search.lead}>
      <SearchForm query={q} collection={collection} />
      {q ? (
        <Results query={q} collection={collection} />
      ) : (
        <EmptyState
          icon={<Search size={28} aria-hidden />}
          title={t.search.emptyTitle}
          hint={t.search.emptyHint}
        >
          {can('member') && (
            <Link to="/documents" className={buttonClasses()}>
              {t.search.addDocuments}
            </Link>
          )}
        </EmptyState>
      )}
    </Page>
  );
}

function SearchForm({ query, collection }: { query: string; collection: string | undefined }) {
  const t = useText();
  const { team } = useTeam();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  // Going back in the browser brings back the earlier query.
  useEffect(() => {
    if (field.current) field.current.value = query;
  }, [query]);
  const { data: collections = [] } = useQuery(collectionsQuery(team.id));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = field.current?.value.trim() ?? '';
    if (q === query) void queries.invalidateQueries({ queryKey: ['search', team.id] });
    void navigate({ search: (before) => ({ ...before, q }) });
  };
  return (
    <form role="search" onSubmit={submit} className="mb-6 flex flex-wrap items-end gap-2">
      <TextField
        label={t.search.query}
        isLabelHidden
        type="search"
        maxLength={2_000}
        placeholder={t.search.placeholder}
        ref={field}
        defaultValue={query}
        autoFocus={query === ''}
        data-main-field
        className="min-w-56 flex-1"
      />
      {collections.length > 1 && (
        <SelectField
          label={t.search.collection}
          isLabelHidden
          value={collection ?? ''}
          onChange={({ target }) =>
            void navigate({ search: (before) => ({ ...before, collection: target.value }) })
          }
          choices={[
            { value: '', label: t.search.allCollections },
            ...collections.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          className="w-48 max-sm:w-full"
        />
      )}
      <Button look="primary" type="submit" className="max-sm:w-full">
        {t.search.submit}
      </Button>
    </form>
  );
}
