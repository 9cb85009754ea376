import { useNavigate } from '@tanstack/react-router';
import { CircleUser, LogOut, Settings } from 'lucide-react';
import { signOut } from '../api/session.ts';
import { LANGUAGES } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/text.tsx';
import { usePreference, writePreference } from '../preferences.ts';
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '../ui/menu.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { useTeam } from './team.ts';

/** The person's own menu, with the language switch beside it. */
export function AccountMenu() {
  const t = useText();
  const navigate = useNavigate();
  const { me } = useTeam();
  return (
    <div className="flex items-center gap-1 border-t border-line pt-3">
      <Menu
        side="top"
        align="start"
        trigger={
          <button
            type="button"
            aria-label={`${t.common.account}: ${me.name}`}
            className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-left hover:bg-sunken data-popup-open:bg-sunken"
          >
            <CircleUser size={18} aria-hidden className="shrink-0 text-quiet" />
            <span className="truncate">{me.name || me.email}</span>
          </button>
        }
      >
        <p className="px-2 py-1 text-sm text-quiet">{me.email}</p>
        <ThemeChoice />
        <MenuSeparator />
        <MenuItem
          icon={<Settings size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/settings' })}
        >
          {t.common.nav.settings}
        </MenuItem>
        <MenuItem icon={<LogOut size={16} aria-hidden />} onClick={() => void signOut()}>
          {t.common.signOut}
        </MenuItem>
      </Menu>
      <LanguageSwitch />
    </div>
  );
}

/** Light, dark, or as the system is. */
export function ThemeChoice() {
  const t = useText();
  const theme = usePreference('theme') ?? 'system';
  const choices = Object.entries(t.common.themes).map(([value, label]) => ({ value, label }));
  return <MenuRadio label={t.common.theme} value={theme} choices={choices} onChange={chooseTheme} />;
}

/** Korean or English, in a menu. */
export function LanguageChoice() {
  const t = useText();
  const choices = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  return (
    <MenuRadio
      label={t.common.language}
      value={useLanguage()}
      choices={choices}
      onChange={(value) => writePreference('language', value)}
    />
  );
}

function chooseTheme(theme: string): void {
  writePreference('theme', theme === 'system' ? null : theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
