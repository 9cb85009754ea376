import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Bot, collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { Table, Td, Th, Tr } from '../../ui/table.tsx';
import { BotMoreMenu } from './bot-more-menu.tsx';
import { DeleteBotDialog } from './delete-bot-dialog.tsx';

/** The bots with what tells them apart. */
export function BotsTable({ bots }: { bots: Bot[] }) {
  const t = useText();
  const { team } = useTeam();
  const { data: collections = [] } = useQuery(collectionsQuery(team.id));
  const [doomed, setDoomed] = useState<Bot | null>(null);
  const names = new Map(collections.map(({ id, name }) => [id, name]));
  return (
    <>
      <Table label={t.bots.table}>
        <thead>
          <tr>
            <Th>{t.common.name}</Th>
            <Th>{t.bots.model}</Th>
            <Th className="max-sm:hidden">{t.bots.collections}</Th>
            <Th className="max-md:hidden">{t.bots.description}</Th>
            <Th>
              <span className="sr-only">{t.common.actions}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {bots.map((bot) => (
            <BotRow
              key={bot.id}
              bot={bot}
              collections={bot.collection_ids.flatMap((id) => names.get(id) ?? [])}
              onDelete={() => setDoomed(bot)}
            />
          ))}
        </tbody>
      </Table>
      {doomed && <DeleteBotDialog bot={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function BotRow({ bot, collections, onDelete }: { bot: Bot; collections: string[]; onDelete(): void }) {
  const t = useText();
  const { can } = useTeam();
  return (
    <Tr>
      <Td className="font-medium">
        <Link
          to="/bots/$botId"
          params={{ botId: bot.id }}
          className="inline-flex items-center hover:underline max-sm:min-h-11"
        >
          {bot.name}
        </Link>
      </Td>
      <Td className="font-mono text-sm">{bot.model}</Td>
      <Td className="max-sm:hidden">{collections.join(', ')}</Td>
      <Td className="max-w-md text-quiet max-md:hidden">
        <span className="line-clamp-2">{bot.description}</span>
      </Td>
      <Td className="w-0">
        <div className="flex items-center justify-end gap-1">
          <Link
            to="/chat/{-$botId}/{-$conversationId}"
            params={{ botId: bot.id }}
            className={`${buttonClasses('plain', 'sm')} max-sm:hidden`}
            aria-label={`${t.bots.chat}: ${bot.name}`}
          >
            {t.bots.chat}
          </Link>
          {can('admin') && <BotMoreMenu bot={bot} onDelete={onDelete} />}
        </div>
      </Td>
    </Tr>
  );
}
