import { Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../../../i18n/text.tsx';
import { droppedFiles, type PickedFile } from './dropped-files.ts';

type DropZoneProps = { target: string; onDrop(files: PickedFile[]): void };

/**
 * Takes files that are dropped anywhere on the page, and says so while they hang over it. "Add documents" is the same
 * for the keyboard. @param target the name of the collection
 */
export function DropZone({ target, onDrop }: DropZoneProps) {
  const t = useText();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Without this the browser would open the file in place of the page.
      event.preventDefault();
      setOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then(onDrop);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onDrop]);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-2 z-40 grid place-items-center rounded-lg border-2 border-dashed border-accent bg-accent-wash/90">
      <p className="flex items-center gap-2 text-lg font-medium text-accent">
        <Upload size={20} aria-hidden />
        {t.documents.dropHere} {target}
      </p>
    </div>
  );
}
