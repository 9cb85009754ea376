import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { deviceName } from '../settings/device-name.ts';
import type { Member } from './team-members.ts';

/** The button that shows where a member is signed in. */
export function MemberSessionsButton({ member }: { member: Member }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const name = member.name || member.email;
  return (
    <>
      <IconButton label={`${t.identity.memberSessions}: ${name}`} onClick={() => setOpen(true)}>
        <MonitorSmartphone size={16} aria-hidden />
      </IconButton>
      <Dialog
        title={t.identity.memberSessionsTitle(name)}
        lead={t.identity.memberSessionsLead}
        open={isOpen}
        onOpenChange={setOpen}
        width="lg"
      >
        {isOpen && <MemberSessions userId={member.user_id} onClose={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function MemberSessions({ userId, onClose }: { userId: string; onClose(): void }) {
  const t = useText();
  const { team } = useTeam();
  const path = { team_id: team.id, user_id: userId };
  const sessions = useQuery({
    queryKey: ['member-sessions', team.id, userId],
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/members/{user_id}/sessions', { params: { path } })),
  });
  const end = useEndSessions(userId);
  return (
    <>
      <Loaded query={sessions}>
        {({ data }) =>
          data.length === 0 ? (
            <p>{t.identity.noSessions}</p>
          ) : (
            <Table label={t.identity.memberSessions}>
              <TableHead
                columns={[t.settings.device, t.settings.address, t.settings.since, t.identity.lastActive]}
                hasActions
              />
              <tbody>
                {data.map((session) => (
                  <SessionRow
                    key={session.id}
                    session={session}
                    isEnding={end.isPending && end.variables === session.id}
                    onEnd={() => end.mutate(session.id)}
                  />
                ))}
              </tbody>
            </Table>
          )
        }
      </Loaded>
      {end.error && <ProblemState error={end.error} className="mt-3" />}
      <DialogActions>
        <Button onClick={onClose}>{t.common.close}</Button>
        {sessions.data && sessions.data.data.length > 0 && (
          <Button
            look="danger"
            busy={end.isPending && end.variables === null}
            onClick={() => end.mutate(null)}
          >
            {t.identity.endAll}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

/** Ends one session of a member, or all of them (null). */
function useEndSessions(userId: string) {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const path = { team_id: team.id, user_id: userId };
  return useMutation({
    mutationFn: (sessionId: string | null) =>
      sessionId === null
        ? unwrap(api.DELETE('/v1/teams/{team_id}/members/{user_id}/sessions', { params: { path } }))
        : unwrap(
            api.DELETE('/v1/teams/{team_id}/members/{user_id}/sessions/{session_id}', {
              params: { path: { ...path, session_id: sessionId } },
            }),
          ),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['member-sessions', team.id, userId] });
      showToast({ title: t.settings.ended });
    },
  });
}

type RowProps = { session: Schemas['Session']; isEnding: boolean; onEnd(): void };

function SessionRow({ session, isEnding, onEnd }: RowProps) {
  const t = useText();
  const format = useFormat();
  const device = deviceName(session.user_agent) ?? t.settings.unknownDevice;
  return (
    <Tr>
      <Td className="font-medium">{device}</Td>
      <Td className="font-mono text-sm">{session.ip ?? '–'}</Td>
      <Td className="whitespace-nowrap">{format.time(session.created_at)}</Td>
      <Td className="whitespace-nowrap">{format.time(session.last_active_at)}</Td>
      <Td className="w-0">
        <Button size="sm" busy={isEnding} onClick={onEnd} aria-label={`${t.settings.endSession}: ${device}`}>
          {t.settings.endSession}
        </Button>
      </Td>
    </Tr>
  );
}
