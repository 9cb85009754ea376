import { Outlet } from '@tanstack/react-router';
import { useText } from '../i18n/text.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { PhoneBar } from './phone-bar.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';

/** The frame of every page: menu at the left, or at a phone's lower edge, and the page. */
export function Shell() {
  const t = useText();
  return (
    <div className="flex h-dvh overflow-hidden max-sm:flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t.common.skipToContent}
      </a>
      <Sidebar />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <OfflineBanner />
        <main id="content" tabIndex={-1} className="relative min-h-0 flex-1 overflow-y-auto outline-none">
          <Outlet />
        </main>
      </div>
      <PhoneBar />
      <Shortcuts />
    </div>
  );
}
