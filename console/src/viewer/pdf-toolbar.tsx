import { ChevronDown, ChevronUp, Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { IconButton } from '../ui/button.tsx';

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

type ToolbarProps = {
  page: number;
  pages: number;
  /** 1: the page is as wide as the view. */
  zoom: number;
  onPage(number: number): void;
  onZoom(zoom: number): void;
};

/** Page and zoom of a PDF. */
export function PdfToolbar({ page, pages, zoom, onPage, onZoom }: ToolbarProps) {
  const t = useText();
  const { percent } = useFormat();
  const smaller = ZOOMS.findLast((each) => each < zoom);
  const larger = ZOOMS.find((each) => each > zoom);
  return (
    <div
      role="toolbar"
      aria-label={t.documents.viewer.toolbar}
      className="flex items-center justify-between gap-2 border-b border-line px-2 py-1"
    >
      <div className="flex items-center gap-1">
        <IconButton
          label={t.documents.viewer.previousPage}
          disabled={page <= 1}
          onClick={() => onPage(page - 1)}
        >
          <ChevronUp size={18} aria-hidden />
        </IconButton>
        <IconButton
          label={t.documents.viewer.nextPage}
          disabled={page >= pages}
          onClick={() => onPage(page + 1)}
        >
          <ChevronDown size={18} aria-hidden />
        </IconButton>
        <PageNumber page={page} pages={pages} onPage={onPage} />
      </div>
      <div className="flex items-center gap-1">
        <IconButton
          label={t.documents.viewer.zoomOut}
          disabled={!smaller}
          onClick={() => smaller && onZoom(smaller)}
        >
          <Minus size={18} aria-hidden />
        </IconButton>
        <span className="min-w-12 text-center text-sm text-quiet tabular-nums" aria-live="polite">
          {percent(zoom)}
        </span>
        <IconButton
          label={t.documents.viewer.zoomIn}
          disabled={!larger}
          onClick={() => larger && onZoom(larger)}
        >
          <Plus size={18} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

/** The number of the visible page; another one can be typed. */
function PageNumber({ page, pages, onPage }: Pick<ToolbarProps, 'page' | 'pages' | 'onPage'>) {
  const t = useText();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <form
      className="flex items-center gap-1.5 text-sm text-quiet"
      onSubmit={(event) => {
        event.preventDefault();
        const number = Number(typed);
        if (number >= 1 && number <= pages) onPage(Math.floor(number));
        setTyped(null);
      }}
    >
      <input
        aria-label={t.documents.viewer.pageNumber}
        inputMode="numeric"
        value={typed ?? page}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => setTyped(null)}
        className="w-10 rounded-md border border-line-strong bg-canvas px-1 py-0.5 text-center text-ink tabular-nums max-sm:min-h-11"
      />
      <span className="tabular-nums">/ {pages}</span>
    </form>
  );
}
