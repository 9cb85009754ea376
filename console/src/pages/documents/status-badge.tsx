import { useText } from '../../i18n/text.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { type Document, isSettled } from '../../viewer/use-document.ts';

const TONES: Partial<Record<Document['status'], Tone>> = { ready: 'good', failed: 'bad' };

/** A document's state as a word; while it is read, also how far that is. */
export function StatusBadge({ document }: { document: Document }) {
  const t = useText();
  const { status, progress, enabled } = document;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Badge tone={TONES[status] ?? 'accent'}>{t.documents.statuses[status]}</Badge>
      {!enabled && <Badge tone="warn">{t.documents.off}</Badge>}
      {!isSettled(document) && status !== 'pending_upload' && (
        <ProgressBar share={progress} label={t.documents.statuses[status]} />
      )}
    </span>
  );
}

/** How far something is. @param share from 0 to 1 */
export function ProgressBar({ share, label }: { share: number; label: string }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      className="block h-1 w-16 overflow-hidden rounded-full bg-line"
    >
      <span
        className="block h-full rounded-full bg-accent transition-[width]"
        style={{ width: `${share * 100}%` }}
      />
    </span>
  );
}

/** Why a document could not be read and what to do, in the words of the console where it knows the code. */
export function useErrorAdvice() {
  const t = useText();
  const advice: Record<string, string> = t.documents.errors;
  return ({ error }: Document): string | null => error && (advice[error.code] ?? error.message);
}
