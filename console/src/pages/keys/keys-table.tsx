import { Ellipsis } from 'lucide-react';
import { useMemberNames } from '../../api/names.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { NOT_ON_PHONE, OnPhone, Table, TableHead, Td, Tr } from '../../ui/table.tsx';
import type { KeyAction } from './keys-page.tsx';
import { type ApiKey, type Scope, useKeysInReach } from './keys-queries.ts';

type TableProps = { keys: ApiKey[]; onAct(action: KeyAction): void };

export function KeysTable({ keys, onAct }: TableProps) {
  const t = useText();
  const { team } = useTeam();
  const nameOf = useMemberNames(team.id);
  const isInReach = useKeysInReach();
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
        notOnPhone={[t.keys.limits, t.keys.creator, t.keys.lastUsed, t.keys.expires]}
        hasActions
      />
      <tbody>
        {keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            creator={nameOf(key.created_by)}
            mayChange={isInReach(key.created_by)}
            onAct={onAct}
          />
        ))}
      </tbody>
    </Table>
  );
}

type RowProps = { apiKey: ApiKey; creator: string; mayChange: boolean; onAct: TableProps['onAct'] };

function KeyRow({ apiKey, creator, mayChange, onAct }: RowProps) {
  const t = useText();
  return (
    <Tr>
      <Td className="font-medium">
        {apiKey.name}
        <OnPhone>
          {t.keys.creator}: {creator}
        </OnPhone>
        <OnPhone>
          {t.keys.limits}: <Limits apiKey={apiKey} />
        </OnPhone>
        <OnPhone>
          {t.keys.lastUsed}: <LastUse apiKey={apiKey} />
        </OnPhone>
        <OnPhone>
          {t.keys.expires}: <Expiry apiKey={apiKey} />
        </OnPhone>
      </Td>
      <Td className="max-w-72">
        <Scopes scopes={apiKey.scopes} />
      </Td>
      <Td className={`max-w-56 text-quiet ${NOT_ON_PHONE}`}>
        <Limits apiKey={apiKey} />
      </Td>
      <Td className={`whitespace-nowrap ${NOT_ON_PHONE}`}>{creator}</Td>
      <Td className={`whitespace-nowrap ${NOT_ON_PHONE}`}>
        <LastUse apiKey={apiKey} />
      </Td>
      <Td className={`whitespace-nowrap ${NOT_ON_PHONE}`}>
        <Expiry apiKey={apiKey} />
      </Td>
      <Td className="w-0">{mayChange && <KeyMenu apiKey={apiKey} onAct={onAct} />}</Td>
    </Tr>
  );
}

/** What can be done with a key; one that ended with its creator's membership can only be taken off the list. */
function KeyMenu({ apiKey, onAct }: { apiKey: ApiKey; onAct: TableProps['onAct'] }) {
  const t = useText();
  const isRevoked = apiKey.status === 'revoked';
  return (
    <Menu
      trigger={
        <IconButton label={`${t.common.actions}: ${apiKey.name}`}>
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
    >
      {!isRevoked && <MenuItem onClick={() => onAct({ does: 'edit', key: apiKey })}>{t.keys.edit}</MenuItem>}
      {!isRevoked && (
        <MenuItem onClick={() => onAct({ does: 'rotate', key: apiKey })}>{t.keys.rotate}</MenuItem>
      )}
      <MenuItem isDanger onClick={() => onAct({ does: 'revoke', key: apiKey })}>
        {isRevoked ? t.keys.takeOff : t.keys.revoke}
      </MenuItem>
    </Menu>
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

function Limits({ apiKey }: { apiKey: ApiKey }) {
  const t = useText();
  const format = useFormat();
  const { rate_limit_per_minute: rate, monthly_budget_usd: budget, bot_ids, collection_ids } = apiKey;
  const limits = [
    ...(bot_ids ? [t.keys.botCount(bot_ids.length)] : []),
    ...(collection_ids ? [t.keys.collectionCount(collection_ids.length)] : []),
    ...(rate === null ? [] : [t.keys.perMinute(format.number(rate))]),
    ...(budget === null ? [] : [t.keys.perMonth(format.usd(budget))]),
  ];
  return limits.length > 0 ? limits.join(' · ') : '–';
}

function LastUse({ apiKey: { last_used_at: at } }: { apiKey: ApiKey }) {
  const t = useText();
  const format = useFormat();
  return at ? format.ago(at) : <span className="text-quiet">{t.keys.never}</span>;
}

function Expiry({ apiKey: { status, expires_at } }: { apiKey: ApiKey }) {
  const t = useText();
  const format = useFormat();
  if (status !== 'active')
    return <Badge tone={status === 'suspended' ? 'warn' : 'bad'}>{t.keys.statuses[status]}</Badge>;
  return expires_at === null ? (
    <span className="text-quiet">{t.keys.noExpiry}</span>
  ) : (
    format.date(expires_at)
  );
}
