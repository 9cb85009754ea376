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
import { NOT_ON_PHONE, OnPhone, Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { deviceName } from '../settings/device-name.ts';
import { useMembers } from './team-members.ts';

type Entry = Schemas['AuditEntry'];
type Filter = { actor?: string; action?: string; from?: string; to?: string };

const route = getRouteApi('/shell/team');

/** What happened in the team. The filters are in the URL. */
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
              <TableHead
                columns={[t.team.when, t.team.who, t.team.what, t.team.details, t.team.from]}
                notOnPhone={[t.team.when, t.team.who, t.team.details, t.team.from]}
              />
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
    <div className="mb-4 flex flex-wrap items-end gap-2 max-sm:grid max-sm:grid-cols-2">
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
  const format = useFormat();
  const { action, ip, user_agent: agent } = entry;
  return (
    <Tr>
      <Td className={`align-top whitespace-nowrap ${NOT_ON_PHONE}`}>
        <time dateTime={entry.created_at}>{format.time(entry.created_at)}</time>
      </Td>
      <Td className={`align-top whitespace-nowrap ${NOT_ON_PHONE}`}>
        <Actor actor={entry.actor} />
      </Td>
      <Td className="align-top sm:whitespace-nowrap">
        <span className="font-mono text-sm">{action}</span>
        <OnPhone>
          <Actor actor={entry.actor} /> · {format.time(entry.created_at)}
        </OnPhone>
        <OnPhone>
          <Details entry={entry} />
        </OnPhone>
        {ip && (
          <OnPhone>
            <span className="font-mono">{ip}</span> {agent && (deviceName(agent) ?? agent)}
          </OnPhone>
        )}
      </Td>
      <Td className={`min-w-72 align-top text-sm text-quiet ${NOT_ON_PHONE}`}>
        <Details entry={entry} />
      </Td>
      <Td className={`align-top text-sm ${NOT_ON_PHONE}`}>
        <span className="block font-mono">{ip ?? '–'}</span>
        {agent && (
          <span className="block max-w-48 truncate text-quiet" title={agent}>
            {deviceName(agent) ?? agent}
          </span>
        )}
      </Td>
    </Tr>
  );
}

/** What was there before and after, and the id of what it is about. */
function Details({ entry: { target, before, after: set } }: { entry: Entry }) {
  const t = useText();
  return (
    <>
      {before && <Values label={set ? t.team.before : null} values={before} />}
      {set && <Values label={before ? t.team.after : null} values={set} />}
      {target.id && <span className="font-mono text-xs break-all">{target.id}</span>}
    </>
  );
}

/** Who it was: by the present name of a member, or else the name at that time. */
function Actor({ actor: { type, id, name } }: { actor: Entry['actor'] }) {
  const t = useText();
  const { team } = useTeam();
  const nameOf = useMemberNames(team.id);
  if (type === 'system') return t.team.system;
  if (id === null) return t.team.unknownActor;
  if (type === 'user') return name ?? nameOf(id);
  return (
    <>
      {name ?? `${id.slice(0, 8)}…`}
      <span className="text-quiet"> {t.team.withKey}</span>
    </>
  );
}

/** Values, each with its name; empty ones only where they stand for what a change replaced or set. */
function Values({ label, values }: { label: string | null; values: Record<string, unknown> }) {
  const parts = Object.entries(values)
    .filter(([, value]) => label || !isEmpty(value))
    .map(([name, value]) => `${name}: ${plain(value)}`);
  return (
    <span className="block">
      {label && <span className="font-medium text-ink">{label}: </span>}
      {parts.join(' · ')}
    </span>
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A value of an entry as people read it. */
function plain(value: unknown): string {
  if (isEmpty(value)) return '–';
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
