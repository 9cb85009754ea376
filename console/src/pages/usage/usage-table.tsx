import { useQuery } from '@tanstack/react-query';
import { useMemberNames } from '../../api/names.ts';
import { botsQuery } from '../../api/team-lists.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Table, Td, Th, Tr } from '../../ui/table.tsx';
import { useKeys } from '../keys/keys-queries.ts';
import type { Group, UsageSum } from './usage-queries.ts';

/** The sums of each group, the dearest first; days in their order. */
export function UsageTable({ rows, by }: { rows: UsageSum[]; by: Group }) {
  const t = useText();
  const format = useFormat();
  const nameOf = useGroupNames(by);
  const sorted =
    by === 'day' ? rows : [...rows].sort((a, b) => b.cost_usd - a.cost_usd || b.requests - a.requests);
  return (
    <Table label={t.usage.table}>
      <thead>
        <tr>
          <Th>{t.usage.groups[by]}</Th>
          <Th className="text-right">{t.usage.requests}</Th>
          <Th className="text-right">
            {t.usage.tokens} {t.usage.input}
          </Th>
          <Th className="text-right">
            {t.usage.tokens} {t.usage.output}
          </Th>
          <Th className="text-right">{t.usage.cost}</Th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((row) => (
          <Tr key={row.group ?? ''}>
            <Td className="font-medium">{nameOf(row.group)}</Td>
            <Td className="text-right tabular-nums">{format.number(row.requests)}</Td>
            <Td className="text-right tabular-nums">{format.number(row.input_tokens)}</Td>
            <Td className="text-right tabular-nums">{format.number(row.output_tokens)}</Td>
            <Td className="text-right tabular-nums">{format.usd(row.cost_usd)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function useGroupNames(by: Group): (group: string | null) => string {
  const t = useText();
  const format = useFormat();
  const { team } = useTeam();
  const memberName = useMemberNames(team.id);
  const { data: bots = [] } = useQuery(botsQuery(team.id));
  const keys = useKeys(team.id);
  return (group) => {
    if (group === null) return by === 'day' ? '' : t.usage.noGroup[by];
    if (by === 'day') return format.date(`${group}T12:00:00`);
    if (by === 'user') return memberName(group);
    const named: { id: string; name: string }[] = by === 'bot' ? bots : by === 'key' ? (keys.data ?? []) : [];
    return named.find(({ id }) => id === group)?.name ?? group;
  };
}
