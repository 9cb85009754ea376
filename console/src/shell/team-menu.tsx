import { useNavigate, useRouter } from '@tanstack/react-router';
import { ChevronsUpDown, Plus } from 'lucide-react';
import { chooseTeam } from '../api/me.ts';
import { useText } from '../i18n/text.tsx';
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '../ui/menu.tsx';
import { useTeam } from './team.ts';

/** The team that is shown, and the way to another one. */
export function TeamMenu() {
  const t = useText();
  const router = useRouter();
  const navigate = useNavigate();
  const { me, team } = useTeam();
  const change = async (teamId: string) => {
    chooseTeam(teamId);
    // What is open belongs to the other team.
    await navigate({ to: '/' });
    await router.invalidate();
  };
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${t.common.switchTeam}: ${team.name}`}
          className="flex min-h-9 items-center gap-2 rounded-md px-2 text-left font-semibold hover:bg-sunken data-popup-open:bg-sunken"
        >
          <span className="min-w-0 flex-1 truncate">{team.name}</span>
          <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-quiet" />
        </button>
      }
    >
      <MenuRadio
        label={t.common.switchTeam}
        value={team.id}
        choices={me.teams.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(teamId) => void change(teamId)}
      />
      <MenuSeparator />
      <MenuItem icon={<Plus size={16} aria-hidden />} onClick={() => void navigate({ to: '/new-team' })}>
        {t.common.newTeam}
      </MenuItem>
    </Menu>
  );
}
