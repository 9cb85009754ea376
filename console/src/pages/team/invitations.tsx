import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { useMemberNames } from '../../api/names.ts';
import { unwrap } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded, useProblemText } from '../../ui/states.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { type Invitation, useInvitations } from './team-members.ts';

/** Invitations that wait for somebody. */
export function Invitations() {
  const t = useText();
  const { team } = useTeam();
  const invitations = useInvitations(team.id);
  return (
    <Section title={t.team.invitations}>
      <Loaded query={invitations}>
        {(list) =>
          list.length === 0 ? (
            <p className="text-quiet">{t.team.noInvitations}</p>
          ) : (
            <Table label={t.team.invitationsTable}>
              <TableHead columns={[t.team.email, t.team.role, t.team.invitedBy, t.team.expires]} hasActions />
              <tbody>
                {list.map((invitation) => (
                  <InvitationRow key={invitation.id} invitation={invitation} />
                ))}
              </tbody>
            </Table>
          )
        }
      </Loaded>
      <MoreButton list={invitations} />
    </Section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const t = useText();
  const format = useFormat();
  const { team } = useTeam();
  const queries = useQueryClient();
  const nameOf = useMemberNames(team.id);
  const path = { team_id: team.id, invitation_id: invitation.id };
  const withdraw = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE('/v1/teams/{team_id}/invitations/{invitation_id}', { params: { path } })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['invitations', team.id] });
      showToast({ title: t.team.withdrawn });
    },
  });
  const problem = useProblemText(withdraw.error);
  return (
    <Tr>
      <Td className="font-medium">
        {invitation.email}
        {withdraw.error && (
          <p role="alert" className="text-sm font-normal text-bad">
            {problem}
          </p>
        )}
      </Td>
      <Td>{t.common.roles[invitation.role]}</Td>
      <Td>{nameOf(invitation.invited_by)}</Td>
      <Td className="whitespace-nowrap">{format.time(invitation.expires_at)}</Td>
      <Td className="w-0">
        <Button
          size="sm"
          busy={withdraw.isPending}
          onClick={() => withdraw.mutate()}
          aria-label={`${t.team.withdraw}: ${invitation.email}`}
        >
          {t.team.withdraw}
        </Button>
      </Td>
    </Tr>
  );
}
