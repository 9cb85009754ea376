import { getRouteApi } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { api, type Schemas, saveFile } from '../../api/client.ts';
import { useMemberNames } from '../../api/names.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { EmptyState, Loaded } from '../../ui/states.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { useMembers } from './team-members.ts';

type Entry = Schemas['AuditEntry'];
type Filter = { actor?: string; action?: string; from?: string; to?: string };

const route = getRouteApi('/shell/team');

/** Who changed what. The filters are in the URL. */
export function AuditLog() {
  const t = useText();
  const { team } = useTeam();
  const { tab: _tab, ...filter } = route.useSearch();
  const entries = useEntries(team.id, filter);
  return (
    <>
      <p className="mb-3 text-quiet">{t.team.auditLead}</p>
      <Filters filter={filter} />
      <Loaded query={entries}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState title={t.team.auditEmpty} hint={t.team.auditEmptyHint} />
          ) : (
            <Table label={t.team.auditTable}>
              <TableHead columns={[t.team.when, t.team.who, t.team.what, t.team.details]} />
              <tbody>
                {list.map((entry) => (
                  <EntryRow key={entry.id} entry={entry} />
                ))}
              </tbody>
            </Table>
          )
        }
      </Loaded>
      <MoreButton list={entries} />
    </>
  );
}

function useEntries(teamId: string, filter: Filter) {
  const path = { team_id: teamId };
  return usePages<Entry>(['audit-log', teamId, filter], async (cursor) => {
    const query = { limit: 50, ...filter, ...after(cursor) };
    const page = await unwrap(api.GET('/v1/teams/{team_id}/audit-log', { params: { path, query } }));
    return typeof page === 'string' ? { data: [], next_cursor: null } : page;
  });
}

function Filters({ filter }: { filter: Filter }) {
  const t = useText();
  const { team } = useTeam();
  const navigate = route.useNavigate();
  const members = useMembers(team.id);
  const change = (part: Filter) => void navigate({ search: { tab: 'audit', ...filter, ...part } });
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  const people = (members.data ?? []).map(({ user_id, name, email }) => ({
    value: user_id,
    label: name || email,
  }));
  return (
    <div className="mb-4 flex flex-wrap items-end gap-2">
      <SelectField
        label={t.team.who}
        value={filter.actor ?? ''}
        onChange={({ target }) => change({ actor: target.value })}
        choices={[{ value: '', label: t.team.allActors }, ...people]}
      />
      <TextField
        label={t.team.action}
        defaultValue={filter.action}
        placeholder={t.team.actionHint}
        onBlur={({ target }) => change({ action: target.value.trim() })}
        onKeyDown={(event) => event.key === 'Enter' && change({ action: event.currentTarget.value.trim() })}
      />
      <TextField
        label={t.usage.from}
        type="date"
        max={filter.to}
        value={filter.from ?? ''}
        onChange={({ target }) => change({ from: target.value })}
      />
      <TextField
        label={t.usage.to}
        type="date"
        min={filter.from}
        value={filter.to ?? ''}
        onChange={({ target }) => change({ to: target.value })}
      />
      <Button
        onClick={() =>
          void saveFile(`/v1/teams/${team.id}/audit-log?${query.toString()}`, 'audit-log.csv', 'text/csv')
        }
      >
        <Download size={16} aria-hidden />
        {t.team.csv}
      </Button>
    </div>
  );
}

function EntryRow({ entry }: { entry: Entry }) {
  const t = useText();
  const format = useFormat();
  const { team } = useTeam();
  const nameOf = useMemberNames(team.id);
  const details = Object.entries(entry.details).map(([name, value]) => `${name}: ${plain(value)}`);
  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <time dateTime={entry.created_at}>{format.time(entry.created_at)}</time>
      </Td>
      <Td className="whitespace-nowrap">
        {nameOf(entry.actor_user_id)}
        {entry.actor_key_id && <span className="text-quiet"> {t.team.withKey}</span>}
      </Td>
      <Td className="font-mono text-sm whitespace-nowrap">{entry.action}</Td>
      <Td className="min-w-72 text-sm text-quiet">
        {details.join(' · ')}
        {entry.target_id && <span className="ml-2 font-mono text-xs">{entry.target_id}</span>}
      </Td>
    </Tr>
  );
}

/** A value of an entry's details as people read it. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
