import { ChevronDown, FolderUp, Globe, Plus, SquarePen } from 'lucide-react';
import { useRef } from 'react';
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
  const take = (input: HTMLInputElement) => {
    const picked = pickedFiles(input.files);
    // The same file may be chosen again.
    input.value = '';
    if (picked.length > 0) onFiles(picked);
  };
  return (
    <>
      {/* Hidden, also from screen readers: the button beside it opens it. */}
      <input
        ref={files}
        type="file"
        multiple
        accept={ACCEPTED}
        hidden
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
        <MenuItem icon={<FolderUp size={16} aria-hidden />} onClick={() => chooseFolder(take)}>
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

/** Lets the person choose a folder, all files below it included. */
function chooseFolder(take: (input: HTMLInputElement) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.webkitdirectory = true;
  input.addEventListener('change', () => take(input));
  input.click();
}
