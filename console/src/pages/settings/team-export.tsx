import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded, ProblemState } from '../../ui/states.tsx';

const POLL_MS = 2_000;
const isOver = (status: string | undefined) => status === 'ready' || status === 'failed';

/** The export of the whole team, for its owners. The newest one can be downloaded until it expires. */
export function TeamExport() {
  const t = useText();
  const { team } = useTeam();
  const queries = useQueryClient();
  const path = { team_id: team.id };
  const key = ['exports', team.id];
  const newest = useQuery({
    queryKey: key,
    queryFn: async () => {
      const request = { params: { path, query: { limit: 1 } } };
      const { data } = await unwrap(api.GET('/v1/teams/{team_id}/exports', request));
      return data[0] ?? null;
    },
    refetchInterval: ({ state }) => (state.data && !isOver(state.data.status) ? POLL_MS : false),
  });
  const start = useMutation({
    mutationFn: () => unwrap(api.POST('/v1/teams/{team_id}/exports', { params: { path } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  return (
    <Section title={t.privacy.teamExport} lead={t.privacy.teamExportLead}>
      <Loaded query={newest} lines={1}>
        {(found) => (
          <div className="grid gap-3">
            <div>
              <Button
                onClick={() => start.mutate()}
                busy={start.isPending || (found !== null && !isOver(found.status))}
              >
                {t.privacy.exportTeam}
              </Button>
            </div>
            <div aria-live="polite" className="grid gap-2">
              {found && !isOver(found.status) && <Progress value={found.progress} />}
              {found?.status === 'failed' && (
                <p className="text-bad">{found.error ?? t.privacy.exportFailed}</p>
              )}
              {found?.status === 'ready' && <Files id={found.id} expires={found.expires_at} />}
            </div>
          </div>
        )}
      </Loaded>
      {start.error && <ProblemState error={start.error} className="mt-3" />}
    </Section>
  );
}

function Progress({ value }: { value: number }) {
  const t = useText();
  const format = useFormat();
  return (
    <p className="flex items-center gap-3 text-quiet">
      {t.privacy.preparing}
      <progress value={value} max={1} aria-label={t.privacy.preparing} className="accent-accent" />
      {format.percent(value)}
    </p>
  );
}

/** Links are asked for when somebody wants them: they work for five minutes, and each time is in the audit log. */
function Files({ id, expires }: { id: string; expires: string }) {
  const t = useText();
  const format = useFormat();
  const { team } = useTeam();
  const [isWanted, setWanted] = useState(false);
  const path = { team_id: team.id, export_id: id };
  const files = useQuery({
    queryKey: ['export', id],
    enabled: isWanted,
    gcTime: 0,
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/exports/{export_id}', { params: { path } })),
  });
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="text-quiet">
        {t.privacy.exportReady} {t.privacy.expires(format.date(expires))}
      </p>
      {isWanted ? (
        <Loaded query={files} lines={1}>
          {(found) => (
            <ul className="flex flex-wrap gap-2">
              {found.files.map(({ url, size_bytes }, index) => (
                <li key={url}>
                  <a href={url} className={buttonClasses()}>
                    {t.privacy.fileOf(index + 1, format.bytes(size_bytes))}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      ) : (
        <div>
          <Button onClick={() => setWanted(true)}>{t.privacy.download}</Button>
        </div>
      )}
    </div>
  );
}
