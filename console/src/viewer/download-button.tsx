import { Download } from 'lucide-react';
import { api } from '../api/client.ts';
import { unwrap } from '../api/problem.ts';
import { useText } from '../i18n/text.tsx';
import { useTeam } from '../shell/team.ts';
import { Button } from '../ui/button.tsx';
import { showToast } from '../ui/toast.tsx';

type Downloaded = { documentId: string; filename: string };

/** Saves a document's original file. */
export function useDownload() {
  const t = useText();
  const { team } = useTeam();
  return async ({ documentId, filename }: Downloaded) => {
    try {
      const { url } = await unwrap(
        api.GET('/v1/teams/{team_id}/documents/{document_id}/download', {
          params: { path: { team_id: team.id, document_id: documentId } },
          headers: { Accept: 'application/json' },
        }),
      );
      const link = document.createElement('a');
      link.href = url;
      link.download = filename;
      link.click();
    } catch (error) {
      showToast({
        title: t.documents.viewer.downloadFailed,
        description: error instanceof Error ? error.message : '',
      });
    }
  };
}

/** A button that saves a document's original file. */
export function DownloadButton(file: Downloaded) {
  const t = useText();
  const download = useDownload();
  return (
    <Button onClick={() => void download(file)}>
      <Download size={16} aria-hidden />
      {t.documents.viewer.download}
    </Button>
  );
}
