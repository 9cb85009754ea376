import { ChevronDown, FolderUp, Globe, Plus, SquarePen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useText } from '../../i18n/text.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { type PickedFile, pickedFiles } from './uploads/dropped-files.ts';
import { ACCEPTED } from './uploads/file-types.ts';

type AddProps = { onFiles(files: PickedFile[]): void; onText(): void; onUrl(): void };

/** The button that adds files, and the other ways beside it. */
export function AddMenu({ onFiles, onText, onUrl }: AddProps) {
  const t = useText();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => folder.current?.setAttribute('webkitdirectory', ''), []);
  const take = (input: HTMLInputElement) => {
    const picked = pickedFiles(input.files);
    // The same file may be chosen again.
    input.value = '';
    if (picked.length > 0) onFiles(picked);
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        accept={ACCEPTED}
        aria-label={t.documents.add}
        tabIndex={-1}
        className="sr-only"
        onChange={({ target }) => take(target)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        aria-label={t.documents.addFolder}
        tabIndex={-1}
        className="sr-only"
        onChange={({ target }) => take(target)}
      />
      <Button look="primary" onClick={() => files.current?.click()}>
        <Plus size={16} aria-hidden />
        {t.documents.add}
      </Button>
      <Menu
        trigger={
          <IconButton label={t.documents.addMore} className="border border-line">
            <ChevronDown size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<FolderUp size={16} aria-hidden />} onClick={() => folder.current?.click()}>
          {t.documents.addFolder}
        </MenuItem>
        <MenuItem icon={<SquarePen size={16} aria-hidden />} onClick={onText}>
          {t.documents.addText}
        </MenuItem>
        <MenuItem icon={<Globe size={16} aria-hidden />} onClick={onUrl}>
          {t.documents.addUrl}
        </MenuItem>
      </Menu>
    </>
  );
}
