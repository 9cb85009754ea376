import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';
import { NOT_ON_PHONE, OnPhone, Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import { showToast } from '../../ui/toast.tsx';
import { deviceName } from './device-name.ts';

const KEY = ['sessions'];

/** Where the person is signed in, each to be ended. */
export function Sessions() {
  const t = useText();
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: KEY, queryFn: () => unwrap(api.GET('/v1/me/sessions')) });
  const end = useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/v1/me/sessions/{session_id}', { params: { path: { session_id: id } } })),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: KEY });
      showToast({ title: t.settings.ended });
    },
  });
  return (
    <Section title={t.settings.sessions} lead={t.settings.sessionsLead}>
      <Loaded query={sessions}>
        {({ data }) => (
          <Table label={t.settings.sessionsTable}>
            <TableHead
              columns={[t.settings.device, t.settings.address, t.settings.since]}
              notOnPhone={[t.settings.address, t.settings.since]}
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
        )}
      </Loaded>
      {end.error && <ProblemState error={end.error} className="mt-3" />}
    </Section>
  );
}

type RowProps = { session: Schemas['Session']; isEnding: boolean; onEnd(): void };

function SessionRow({ session, isEnding, onEnd }: RowProps) {
  const t = useText();
  const format = useFormat();
  const device = deviceName(session.user_agent) ?? t.settings.unknownDevice;
  return (
    <Tr>
      <Td className="font-medium">
        {device} {session.current && <Badge tone="accent">{t.settings.thisSession}</Badge>}
        <OnPhone>
          <span className="font-mono">{session.ip ?? '–'}</span> · {format.time(session.created_at)}
        </OnPhone>
      </Td>
      <Td className={`font-mono text-sm ${NOT_ON_PHONE}`}>{session.ip ?? '–'}</Td>
      <Td className={`whitespace-nowrap ${NOT_ON_PHONE}`}>{format.time(session.created_at)}</Td>
      <Td className="w-0">
        {!session.current && (
          <Button
            size="sm"
            busy={isEnding}
            onClick={onEnd}
            aria-label={`${t.settings.endSession}: ${device}`}
          >
            {t.settings.endSession}
          </Button>
        )}
      </Td>
    </Tr>
  );
}
