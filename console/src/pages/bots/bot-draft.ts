import type { Bot } from '../../api/team-lists.ts';
import { type FilterRow, rowsOf, withRows } from './filter-rows.ts';

export const MAX_STARTERS = 6;

/** A bot's settings while they are changed. Numbers are what stands in their fields. */
export type BotDraft = Pick<
  Bot,
  | 'name'
  | 'description'
  | 'instructions'
  | 'model'
  | 'fallback_model'
  | 'collection_ids'
  | 'no_answer'
  | 'links'
  | 'language'
  | 'greeting'
  | 'starters'
> & {
  temperature: string;
  maxOutputTokens: string;
  mode: Bot['retrieval']['mode'];
  topK: string;
  minScore: string;
  rows: FilterRow[];
};

/** The settings of a bot as the form shows them. */
export function draftOf(bot: Bot): BotDraft {
  const { name, description, instructions, model, fallback_model, collection_ids } = bot;
  const { no_answer, links, language, greeting, starters } = bot;
  return {
    name,
    description,
    instructions,
    model,
    fallback_model,
    collection_ids,
    no_answer,
    links,
    language,
    greeting,
    starters,
    temperature: String(bot.temperature),
    maxOutputTokens: String(bot.max_output_tokens),
    mode: bot.retrieval.mode,
    topK: String(bot.retrieval.top_k),
    minScore: bot.retrieval.min_score === null ? '' : String(bot.retrieval.min_score),
    rows: rowsOf(bot.filter),
  };
}

/** The body that saves a draft. Empty starters are left out; the API says what is wrong with everything else. */
export function changesOf(draft: BotDraft, saved: Bot) {
  const { temperature, maxOutputTokens, mode, topK, minScore, rows, starters, ...same } = draft;
  return {
    ...same,
    starters: starters.map((starter) => starter.trim()).filter((starter) => starter !== ''),
    temperature: numberOf(temperature),
    max_output_tokens: numberOf(maxOutputTokens),
    retrieval: {
      mode,
      top_k: numberOf(topK),
      min_score: minScore.trim() === '' ? null : numberOf(minScore),
    },
    filter: withRows(saved.filter, rows),
  };
}

/** Whether a draft differs from what is saved. */
export function isChanged(draft: BotDraft, saved: Bot): boolean {
  return JSON.stringify(changesOf(draft, saved)) !== JSON.stringify(changesOf(draftOf(saved), saved));
}

/** An empty field is no number: JSON makes it null, and the API says so at the field. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
}
