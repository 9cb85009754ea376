import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Bot, collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { hasOtherParts, hasValue, rowsOf } from './filter-rows.ts';
import { useLanguageNames } from './language-names.ts';

/** A bot's settings as text, for people who may not change them. */
export function BotFacts({ bot }: { bot: Bot }) {
  const t = useText();
  const { team } = useTeam();
  const { data: collections = [] } = useQuery(collectionsQuery(team.id));
  const { nameOf } = useLanguageNames(bot.language);
  const names = bot.collection_ids.flatMap((id) => collections.find((each) => each.id === id)?.name ?? []);
  const facts: [string, ReactNode][] = [
    [t.bots.instructions, bot.instructions],
    [t.bots.model, bot.model],
    [t.bots.fallback, bot.fallback_model],
    [t.bots.temperature, bot.temperature],
    [t.bots.maxTokens, bot.max_output_tokens],
    [t.bots.answerLanguage, nameOf(bot.language)],
    [t.bots.noAnswer, t.bots.noAnswers[bot.no_answer]],
    [t.bots.links, t.bots.linkRules[bot.links]],
    [t.bots.collections, names.join(', ')],
    [t.bots.mode, t.bots.modes[bot.retrieval.mode]],
    [t.bots.topK, bot.retrieval.top_k],
    [t.bots.minScore, bot.retrieval.min_score],
    [t.bots.filter, <FilterFacts key="filter" filter={bot.filter} />],
    [t.bots.greeting, bot.greeting],
    [t.bots.starters, bot.starters.join('\n')],
  ];
  return (
    <dl className="border-t border-line">
      {facts.map(([name, value]) => (
        <div key={name} className="grid gap-x-6 border-b border-line py-2 sm:grid-cols-[12rem_1fr]">
          <dt className="text-quiet">{name}</dt>
          <dd className="whitespace-pre-line">{value === null || value === '' ? t.common.none : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function FilterFacts({ filter }: { filter: Bot['filter'] }) {
  const t = useText();
  const rows = rowsOf(filter);
  const lines = rows.map(({ key, operator, value }) =>
    [key, t.bots.operators[operator], hasValue(operator) ? value : ''].join(' ').trim(),
  );
  if (hasOtherParts(filter)) lines.push(t.bots.filterRest);
  return lines.length > 0 ? lines.join('\n') : t.bots.noFilter;
}
