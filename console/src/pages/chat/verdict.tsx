import { BadgeCheck, TriangleAlert } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import type { Citation } from './markers.ts';

/** Whether the passage supports the sentence; if not, what of it is not there. */
export function Verdict({ citation: { verified, missing } }: { citation: Citation }) {
  const t = useText();
  if (verified)
    return (
      <p className="flex items-center gap-1.5 text-sm text-good">
        <BadgeCheck size={14} aria-hidden /> {t.chat.verified}
      </p>
    );
  return (
    <p className="flex items-start gap-1.5 text-sm text-warn">
      <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0" />
      {missing.length > 0 ? t.chat.missing(missing.join(', ')) : t.chat.unverified}
    </p>
  );
}
