import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useMemberNames } from '../../api/names.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import type { KeyAction } from './keys-page.tsx';
import type { ApiKey, Scope } from './keys-queries.ts';

type TableProps = { keys: ApiKey[]; onAct(action: KeyAction): void };

export function KeysTable({ keys, onAct }: TableProps) {
  const t = useText();
  const { team } = useTeam();
  const nameOf = useMemberNames(team.id);
  return (
    <Table label={t.keys.table}>
      <TableHead
        columns={[
          t.common.name,
          t.keys.scopes,
          t.keys.limits,
          t.keys.creator,
          t.keys.lastUsed,
          t.keys.expires,
        ]}
        hasActions
      />
      <tbody>
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} creator={nameOf(key.created_by)} onAct={onAct} />
        ))}
      </tbody>
    </Table>
  );
}

function KeyRow({ apiKey, creator, onAct }: { apiKey: ApiKey; creator: string; onAct: TableProps['onAct'] }) {
  const t = useText();
  const format = useFormat();
  return (
    <Tr>
      <Td className="font-medium">{apiKey.name}</Td>
      <Td className="max-w-72">
        <Scopes scopes={apiKey.scopes} />
      </Td>
      <Td className="whitespace-nowrap text-quiet">
        <Limits apiKey={apiKey} />
      </Td>
      <Td className="whitespace-nowrap">{creator}</Td>
      <Td className="whitespace-nowrap">
        {apiKey.last_used_at ? (
          format.ago(apiKey.last_used_at)
        ) : (
          <span className="text-quiet">{t.keys.never}</span>
        )}
      </Td>
      <Td className="whitespace-nowrap">
        <Expiry at={apiKey.expires_at} />
      </Td>
      <Td className="w-0">
        <Menu
          trigger={
            <IconButton label={`${t.common.actions}: ${apiKey.name}`}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem onClick={() => onAct({ does: 'edit', key: apiKey })}>{t.keys.edit}</MenuItem>
          <MenuItem onClick={() => onAct({ does: 'rotate', key: apiKey })}>{t.keys.rotate}</MenuItem>
          <MenuItem isDanger onClick={() => onAct({ does: 'revoke', key: apiKey })}>
            {t.keys.revoke}
          </MenuItem>
        </Menu>
      </Td>
    </Tr>
  );
}

function Scopes({ scopes }: { scopes: Scope[] }) {
  const t = useText();
  const isAll = scopes.length === Object.keys(t.keys.scopeNames).length;
  if (isAll) return <Badge tone="accent">{t.keys.allScopes}</Badge>;
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <Badge key={scope}>{t.keys.scopeNames[scope]}</Badge>
      ))}
    </span>
  );
}

function Limits({ apiKey: { rate_limit_per_minute: rate, monthly_budget_usd: budget } }: { apiKey: ApiKey }) {
  const t = useText();
  const format = useFormat();
  const limits = [
    ...(rate === null ? [] : [t.keys.perMinute(format.number(rate))]),
    ...(budget === null ? [] : [t.keys.perMonth(format.usd(budget))]),
  ];
  return limits.length > 0 ? limits.join(' · ') : '–';
}

function Expiry({ at }: { at: string | null }) {
  const t = useText();
  const format = useFormat();
  const [now] = useState(() => Date.now());
  if (at === null) return <span className="text-quiet">{t.keys.noExpiry}</span>;
  if (new Date(at).getTime() < now) return <Badge tone="bad">{t.keys.expired}</Badge>;
  return format.date(at);
}
