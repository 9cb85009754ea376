import { Link } from '@tanstack/react-router';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { classes } from '../../ui/classes.ts';
import { excerpt, markWords } from './marked-words.ts';
import { type Hit, MODES, type Mode } from './search-queries.ts';

type HitProps = {
  hit: Hit;
  place: number;
  mode: Mode;
  query: string;
  isActive: boolean;
  onActive(chunkId: string | null): void;
  places: Record<Mode, number | null>;
};

/** One passage: where it stands, its score, the words of the query in it, and its places in the other columns. */
export function HitItem({ hit, place, mode, query, isActive, onActive, places }: HitProps) {
  const t = useText();
  const enter = () => onActive(hit.chunk_id);
  const leave = () => onActive(null);
  const others = MODES.filter((other) => other !== mode).map((other) => {
    const at = places[other];
    return at === null ? t.search.notAt(t.search.columns[other]) : t.search.at(t.search.columns[other], at);
  });
  return (
    <li
      data-active={isActive || undefined}
      onMouseEnter={enter}
      onMouseLeave={leave}
      onFocus={enter}
      onBlur={leave}
      className={classes('border-b border-line px-2 py-3 -mx-2', isActive && 'bg-accent-wash')}
    >
      <div className="flex items-baseline gap-2">
        <span className="text-sm text-quiet tabular-nums">
          <span className="sr-only">{t.search.rank(place)}</span>
          <span aria-hidden>{place}</span>
        </span>
        <Link
          to="/documents/$documentId"
          params={{ documentId: hit.document_id }}
          search={{ chunk: hit.chunk_id }}
          className="min-w-0 flex-1 truncate font-medium hover:underline max-sm:leading-[2.75rem]"
        >
          {hit.title}
        </Link>
        <Score hit={hit} mode={mode} />
      </div>
      <p className="truncate text-xs text-quiet">
        {[hit.page !== null && t.search.page(hit.page), hit.heading].filter(Boolean).join(' · ')}
      </p>
      <p className="mt-1 text-sm">
        {markWords(excerpt(hit.text, query), query).map(({ text, isMarked }, at) =>
          // Parts of one text never change their order.
          isMarked ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
        )}
      </p>
      <p className="mt-1 text-xs text-quiet">
        {others.join(' · ')}
        {hit.also_in.length > 0 && ` · ${t.search.alsoIn(hit.also_in.length)}`}
      </p>
    </li>
  );
}

/** The measure of this kind of search. */
function Score({ hit, mode }: { hit: Hit; mode: Mode }) {
  const t = useText();
  const { locale, percent } = useFormat();
  const own = mode === 'hybrid' ? null : hit.scores[mode];
  const shown =
    own === null
      ? percent(hit.score)
      : new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(own);
  return (
    <span className="font-mono text-sm tabular-nums">
      <span className="sr-only">{t.search.score} </span>
      {shown}
    </span>
  );
}
