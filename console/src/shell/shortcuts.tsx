import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { usePreference } from '../preferences.ts';
import { PLACES } from './navigation.ts';
import { PALETTE_EVENT } from './palette-state.ts';
import { useTeam } from './team.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const ShortcutHelp = lazy(async () => ({ default: (await import('./shortcut-help.tsx')).ShortcutHelp }));

/** How long `g` waits for its second letter. */
const SEQUENCE_MS = 1_000;

/**
 * The keys that work on every page: ⌘K the palette, `?` the list of keys, `/` the question or search box, `g` and a
 * letter a page. Single letters do nothing in fields and can be switched off (WCAG 2.1.4).
 */
export function Shortcuts() {
  const navigate = useNavigate();
  const { can } = useTeam();
  const isOff = usePreference('shortcuts') === 'off';
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const goAt = useRef(0);
  useEffect(() => {
    const openPalette = () => setOpen('palette');
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return openPalette();
      }
      if (isOff || isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return;
      const place = PLACES.find(({ key, role }) => key === event.key && can(role));
      if (Date.now() - goAt.current < SEQUENCE_MS && place) {
        goAt.current = 0;
        event.preventDefault();
        void navigate({ to: place.to });
      } else if (event.key === 'g') goAt.current = Date.now();
      else if (event.key === '?') setOpen('help');
      else if (event.key === '/') focusMainField(event);
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener(PALETTE_EVENT, openPalette);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener(PALETTE_EVENT, openPalette);
    };
  }, [navigate, can, isOff]);
  const close = () => setOpen(null);
  return (
    <Suspense>
      {open === 'palette' && <Palette onClose={close} />}
      {open === 'help' && <ShortcutHelp onClose={close} />}
    </Suspense>
  );
}

/** Whether a key press goes into a field or a dialog. */
function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role=dialog]') !== null
  );
}

/** Moves the focus to the page's question or search box: the element that carries `data-main-field`. */
function focusMainField(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>('[data-main-field]');
  if (!field) return;
  event.preventDefault();
  field.focus();
}
