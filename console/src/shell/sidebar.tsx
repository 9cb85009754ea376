import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useText } from '../i18n/text.tsx';
import { AccountMenu } from './account-menu.tsx';
import { PLACES } from './navigation.ts';
import { openPalette } from './palette-state.ts';
import { useTeam } from './team.ts';
import { TeamMenu } from './team-menu.tsx';

/** The menu at the left: team, pages, account. */
export function Sidebar() {
  const t = useText();
  const { can } = useTeam();
  return (
    <header className="flex w-56 shrink-0 flex-col gap-3 border-r border-line bg-side p-3 max-sm:hidden max-lg:w-44">
      <TeamMenu />
      <button
        type="button"
        onClick={openPalette}
        className="flex min-h-8 items-center gap-2 rounded-md border border-line bg-canvas px-2 text-sm text-quiet hover:text-ink"
      >
        <Search size={14} aria-hidden />
        <span className="min-w-0 flex-1 truncate text-left">{t.common.openPalette}</span>
        <kbd className="font-mono text-xs max-lg:hidden">⌘K</kbd>
      </button>
      <nav aria-label={t.common.nav.main} className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto">
        {PLACES.filter(({ role }) => can(role)).map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/' }}
            className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-quiet hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink"
          >
            <Icon size={16} aria-hidden />
            {t.common.nav[name]}
          </Link>
        ))}
      </nav>
      <AccountMenu />
    </header>
  );
}
