import { Link, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { signOut } from '../api/session.ts';
import { useText } from '../i18n/text.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { LanguageChoice, ThemeChoice } from './account-menu.tsx';
import { PLACES } from './navigation.ts';
import { useTeam } from './team.ts';

const ITEM =
  'flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-quiet data-[status=active]:text-accent';
const SHOWN = 4;

/** The bar at a phone's lower edge: four pages, and the others behind a button. */
export function PhoneBar() {
  const t = useText();
  const navigate = useNavigate();
  const { can } = useTeam();
  const places = PLACES.filter(({ role }) => can(role));
  return (
    <nav
      aria-label={t.common.nav.main}
      className="flex border-t border-line bg-side pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {places.slice(0, SHOWN).map(({ to, name, icon: Icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/' }} className={ITEM}>
          <Icon size={20} aria-hidden />
          {t.common.nav[name]}
        </Link>
      ))}
      <Menu
        side="top"
        trigger={
          <button type="button" className={ITEM}>
            <Ellipsis size={20} aria-hidden />
            {t.common.nav.more}
          </button>
        }
      >
        {places.slice(SHOWN).map(({ to, name, icon: Icon }) => (
          <MenuItem key={to} icon={<Icon size={16} aria-hidden />} onClick={() => void navigate({ to })}>
            {t.common.nav[name]}
          </MenuItem>
        ))}
        <MenuItem onClick={() => void navigate({ to: '/settings' })}>{t.common.nav.settings}</MenuItem>
        <MenuSeparator />
        <LanguageChoice />
        <ThemeChoice />
        <MenuSeparator />
        <MenuItem onClick={() => void signOut()}>{t.common.signOut}</MenuItem>
      </Menu>
    </nav>
  );
}
