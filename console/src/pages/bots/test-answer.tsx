import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { isRunning, type TestRun } from './test-run.ts';

type Citation = Schemas['Citation'];

/** The answer as it comes, and its sources below. */
export function TestAnswer({ run }: { run: TestRun }) {
  const t = useText();
  const { usd } = useFormat();
  return (
    <div className="mt-4 border-t border-line pt-4">
      <p className="font-medium">{run.question}</p>
      <div role="log" aria-label={t.bots.answer} aria-busy={isRunning(run)} className="mt-2">
        {run.phase === 'searching' && <p className="text-quiet">{t.bots.searching}…</p>}
        {run.text && <p className="whitespace-pre-line">{run.text}</p>}
        {run.phase === 'refused' && <p className="mt-2 text-quiet">{t.bots.refused}</p>}
        {run.phase === 'cut' && <p className="mt-2 text-warn">{t.bots.cut}</p>}
        {run.phase === 'failed' &&
          (typeof run.problem === 'string' ? (
            <p className="mt-2 text-bad">{run.problem}</p>
          ) : (
            <ProblemState error={run.problem} className="mt-2" />
          ))}
      </div>
      {run.citations.length > 0 && <Sources citations={run.citations} />}
      {!isRunning(run) && run.costUsd !== null && (
        <p className="mt-4 text-xs text-quiet">
          {t.bots.read(run.passages)} · {t.bots.cost(run.model, usd(run.costUsd))}
        </p>
      )}
    </div>
  );
}

/** Each passage once, with the quotes that prove something; a click opens the document at it. */
function Sources({ citations }: { citations: Citation[] }) {
  const t = useText();
  const passages = Map.groupBy(citations, ({ index }) => index);
  return (
    <section aria-label={t.bots.sources} className="mt-4">
      <h3 className="text-sm text-quiet">{t.bots.sources}</h3>
      <ol className="mt-1">
        {[...passages].map(([index, quotes]) => (
          <li key={index} className="border-t border-line py-2 first:border-t-0">
            <Passage quotes={quotes} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Passage({ quotes }: { quotes: Citation[] }) {
  const t = useText();
  const [first] = quotes;
  if (!first) return null;
  return (
    <>
      <div className="flex items-baseline gap-2">
        <span className="font-mono text-sm text-quiet">[{first.index}]</span>
        <Link
          to="/documents/$documentId"
          params={{ documentId: first.document_id }}
          search={{
            chunk: first.chunk_id,
            quote: first.quote,
            ...(first.page === null ? {} : { page: String(first.page) }),
          }}
          className="min-w-0 truncate font-medium hover:underline"
        >
          {first.title}
        </Link>
        {first.page !== null && (
          <span className="shrink-0 text-sm text-quiet">{t.bots.page(first.page)}</span>
        )}
      </div>
      {quotes.map((citation, at) => (
        // One passage may prove several sentences with the same words.
        <div key={at} className="mt-1.5 border-l-2 border-line pl-3">
          <blockquote className="text-sm text-quiet">{citation.quote}</blockquote>
          <Verdict citation={citation} />
        </div>
      ))}
    </>
  );
}

function Verdict({ citation }: { citation: Citation }) {
  const t = useText();
  if (citation.verified) return <Badge tone="good">{t.bots.verified}</Badge>;
  const missing = citation.missing.join(', ');
  return <p className="text-sm text-warn">{missing ? t.bots.unverified(missing) : t.bots.unverifiedPlain}</p>;
}
