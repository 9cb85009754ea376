import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import type { Role } from '../../api/roles.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { InviteButton } from './invite-dialog.tsx';
import { MemberSessionsButton } from './member-sessions.tsx';
import { mayManage, rolesToGive } from './role-rules.ts';
import { type Member, useMembers } from './team-members.ts';

/** The people of the team and their roles. */
export function Members() {
  const t = useText();
  const { team, can } = useTeam();
  const members = useMembers(team.id);
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <Section title={t.team.members} actions={can('admin') && <InviteButton />}>
      <Loaded query={members}>
        {(list) => (
          <Table label={t.team.membersTable}>
            <TableHead columns={[t.common.name, t.team.email, t.team.role, t.team.joined]} hasActions />
            <tbody>
              {list.map((member) => (
                <MemberRow key={member.user_id} member={member} onRemove={() => setLeaving(member)} />
              ))}
            </tbody>
          </Table>
        )}
      </Loaded>
      <MoreButton list={members} />
      {leaving && <RemoveDialog member={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  );
}

function MemberRow({ member, onRemove }: { member: Member; onRemove(): void }) {
  const t = useText();
  const format = useFormat();
  const { me, team } = useTeam();
  const isMe = member.user_id === me.id;
  const isManaged = mayManage(team.role, member) && !isMe;
  return (
    <Tr>
      <Td className="font-medium">
        {member.name} {isMe && <Badge>{t.team.you}</Badge>}
      </Td>
      <Td>{member.email}</Td>
      <Td>{isManaged ? <RoleChoice member={member} /> : t.common.roles[member.role]}</Td>
      <Td className="whitespace-nowrap">{format.date(member.created_at)}</Td>
      <Td className="w-0 whitespace-nowrap">
        {isManaged && <MemberSessionsButton member={member} />}
        {isManaged && (
          <IconButton label={`${t.team.remove}: ${member.name || member.email}`} onClick={onRemove}>
            <UserMinus size={16} aria-hidden />
          </IconButton>
        )}
      </Td>
    </Tr>
  );
}

function RoleChoice({ member }: { member: Member }) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const path = { team_id: team.id, user_id: member.user_id };
  const change = useMutation({
    mutationFn: (role: Role) =>
      unwrap(api.PATCH('/v1/teams/{team_id}/members/{user_id}', { params: { path }, body: { role } })),
    onSuccess: ({ name, role }) => showToast({ title: t.team.roleChanged(name, t.common.roles[role]) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['members', team.id] }),
  });
  return (
    <>
      <select
        aria-label={`${t.team.role}: ${member.name || member.email}`}
        value={change.isPending ? change.variables : member.role}
        onChange={({ target }) => change.mutate(target.value as Role)}
        className="min-h-8 rounded-md border border-line bg-canvas px-1.5 max-sm:min-h-11"
      >
        {rolesToGive(team.role).map((role) => (
          <option key={role} value={role}>
            {t.common.roles[role]}
          </option>
        ))}
      </select>
      {change.error && <ProblemState error={change.error} className="mt-2" />}
    </>
  );
}

function RemoveDialog({ member, onClose }: { member: Member; onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const name = member.name || member.email;
  const path = { team_id: team.id, user_id: member.user_id };
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/v1/teams/{team_id}/members/{user_id}', { params: { path } })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['members', team.id] });
      showToast({ title: t.team.removed(name) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t.team.removeTitle(name)}
      consequence={remove.error ? <ProblemState error={remove.error} /> : t.team.removeHint}
      confirmLabel={t.team.remove}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      onConfirm={() => remove.mutate()}
      busy={remove.isPending}
    />
  );
}
