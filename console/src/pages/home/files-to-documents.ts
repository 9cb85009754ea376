import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';

/**
 * Opens the documents page, which takes files anywhere, as soon as files are dragged over the start page. The drag goes
 * on there. @param isOn whether the person may add documents
 */
export function useFilesToDocuments(isOn: boolean): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (!isOn) return undefined;
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      // Without this the browser would open a file that is dropped before the page is there.
      event.preventDefault();
      if (event.type === 'dragover') void navigate({ to: '/documents' });
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', over);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', over);
    };
  }, [isOn, navigate]);
}
