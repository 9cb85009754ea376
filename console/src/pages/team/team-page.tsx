import { getRouteApi } from '@tanstack/react-router';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AuditLog } from './audit-log.tsx';
import { Invitations } from './invitations.tsx';
import { Members } from './members.tsx';

const route = getRouteApi('/shell/team');

/** Members, invitations and, for admins, the audit log. */
export function TeamPage() {
  const t = useText();
  const { team, can } = useTeam();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const people = (
    <>
      <Members />
      {can('admin') && <Invitations />}
    </>
  );
  return (
    <Page title={t.team.title} lead={team.name}>
      {can('admin') ? (
        <Tabs
          label={t.team.title}
          value={search.tab ?? 'members'}
          onChange={(tab) => void navigate({ search: { tab } })}
          tabs={[
            { value: 'members', label: t.team.tabs.members, content: people },
            { value: 'audit', label: t.team.tabs.audit, content: <AuditLog /> },
          ]}
        />
      ) : (
        people
      )}
    </Page>
  );
}
