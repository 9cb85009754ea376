import { useNavigate } from '@tanstack/react-router';
import {
  Download,
  Ellipsis,
  FolderInput,
  MessageSquare,
  Pencil,
  Power,
  RotateCcw,
  Tags,
  Trash2,
} from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { useDownload } from '../../viewer/download-button.tsx';
import type { Document } from '../../viewer/use-document.ts';
import type { DocumentDialog } from './document-dialogs.tsx';

type RowMenuProps = {
  document: Document;
  onDialog(dialog: DocumentDialog): void;
  onRetry(ids: string[]): void;
  onSwitch(ids: string[], enabled: boolean): void;
};

/** What one can do with a document. */
export function RowMenu({ document, ...actions }: RowMenuProps) {
  const t = useText();
  const navigate = useNavigate();
  const download = useDownload();
  const { can } = useTeam();
  const { id, title, status, filename } = document;
  return (
    <Menu
      trigger={
        <IconButton label={t.documents.menuOf(title)}>
          <Ellipsis size={18} aria-hidden />
        </IconButton>
      }
    >
      {status === 'ready' && (
        <MenuItem
          icon={<MessageSquare size={16} aria-hidden />}
          onClick={() =>
            void navigate({ to: '/chat/{-$botId}/{-$conversationId}', search: { document: id } })
          }
        >
          {t.documents.ask}
        </MenuItem>
      )}
      {status !== 'pending_upload' && (
        <MenuItem
          icon={<Download size={16} aria-hidden />}
          onClick={() => void download({ documentId: id, filename })}
        >
          {t.documents.viewer.download}
        </MenuItem>
      )}
      {can('member') && <Changes document={document} {...actions} />}
    </Menu>
  );
}

function Changes({ document, onDialog, onRetry, onSwitch }: RowMenuProps) {
  const t = useText();
  const { id, status, enabled } = document;
  const open = (kind: DocumentDialog['kind']) => onDialog({ kind, documents: [document] });
  return (
    <>
      <MenuSeparator />
      {status === 'failed' && (
        <MenuItem icon={<RotateCcw size={16} aria-hidden />} onClick={() => onRetry([id])}>
          {t.documents.retry}
        </MenuItem>
      )}
      <MenuItem icon={<Pencil size={16} aria-hidden />} onClick={() => open('rename')}>
        {t.documents.rename}
      </MenuItem>
      <MenuItem icon={<Tags size={16} aria-hidden />} onClick={() => open('metadata')}>
        {t.documents.metadata}
      </MenuItem>
      <MenuItem icon={<FolderInput size={16} aria-hidden />} onClick={() => open('move')}>
        {t.documents.move}
      </MenuItem>
      <MenuItem icon={<Power size={16} aria-hidden />} onClick={() => onSwitch([id], !enabled)}>
        {enabled ? t.documents.switchOff : t.documents.switchOn}
      </MenuItem>
      <MenuSeparator />
      <MenuItem isDanger icon={<Trash2 size={16} aria-hidden />} onClick={() => open('remove')}>
        {t.documents.remove}
      </MenuItem>
    </>
  );
}
