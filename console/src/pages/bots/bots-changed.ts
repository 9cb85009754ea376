import { useQueryClient } from '@tanstack/react-query';
import { useTeam } from '../../shell/team.ts';

/** Has every list of the team's bots read again. */
export function useBotsChanged(): () => Promise<void> {
  const { team } = useTeam();
  const queries = useQueryClient();
  return async () => {
    const lists = [
      ['bots', team.id],
      ['bot-names', team.id],
      ['palette', 'bots', team.id],
    ];
    await Promise.all(lists.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
