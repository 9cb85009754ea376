import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api } from '../../api/client.ts';
import { chooseTeam, type TeamOfMe } from '../../api/me.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { showToast } from '../../ui/toast.tsx';

/**
 * Looks for a document in the person's other teams, and shows the one that has it: a link to a document names no team.
 * @returns true while it looks or changes the team, false when none has it
 */
export function useOtherTeam(documentId: string, isWanted: boolean): boolean {
  const t = useText();
  const router = useRouter();
  const { me, team } = useTeam();
  const others = me.teams.filter(({ id }) => id !== team.id);
  const { data: found, isPending } = useQuery({
    queryKey: ['team-of-document', documentId, team.id],
    enabled: isWanted && others.length > 0,
    queryFn: () => findTeam(others, documentId),
  });
  useEffect(() => {
    if (!found) return;
    chooseTeam(found.id);
    showToast({ title: t.documents.page.switchedTeam(found.name) });
    void router.invalidate();
  }, [found, router, t]);
  return isWanted && others.length > 0 && (isPending || Boolean(found));
}

async function findTeam(teams: TeamOfMe[], documentId: string): Promise<TeamOfMe | null> {
  const looks = teams.map(async (team) => {
    const path = { team_id: team.id, document_id: documentId };
    await unwrap(api.GET('/v1/teams/{team_id}/documents/{document_id}', { params: { path } }));
    return team;
  });
  return await Promise.any(looks).catch(() => null);
}
