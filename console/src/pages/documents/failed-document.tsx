import { CircleAlert } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { DownloadButton } from '../../viewer/download-button.tsx';
import type { Document } from '../../viewer/use-document.ts';
import { useDocumentActions } from './data.ts';
import { useErrorAdvice } from './status-badge.tsx';

/** Errors after which there is no file, or none that may be handed out. */
const WITHOUT_FILE = new Set(['upload_expired', 'malware_found', 'malware_scan_failed']);

/** Why a document could not be read, and what to do. */
export function FailedDocument({ document }: { document: Document }) {
  const t = useText();
  const { can } = useTeam();
  const { retry } = useDocumentActions();
  const advice = useErrorAdvice();
  return (
    <EmptyState
      icon={<CircleAlert size={28} aria-hidden className="text-bad" />}
      title={t.documents.page.failedTitle}
      hint={advice(document)}
    >
      {can('member') && document.error?.code !== 'malware_found' && (
        <Button
          look={document.error?.retryable ? 'primary' : 'plain'}
          busy={retry.isPending}
          onClick={() => retry.mutate([document.id])}
        >
          {t.documents.retry}
        </Button>
      )}
      {!WITHOUT_FILE.has(document.error?.code ?? '') && (
        <DownloadButton documentId={document.id} filename={document.filename} />
      )}
    </EmptyState>
  );
}
