import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '#shared/auth/principal.ts';
import { notFound } from '#shared/core/errors.ts';
import type { BotRow } from '#shared/db/bots.ts';
import type { Owner } from '#shared/db/conversations.ts';
import * as conversations from '#shared/db/conversations.ts';
import * as messages from '#shared/db/messages.ts';
import * as reservations from '#shared/db/reservations.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import * as usage from '#shared/db/usage.ts';
import { modelLabel } from '#shared/llm/catalog.ts';
import { measureTokens } from '#shared/observability/metrics.ts';
import type { ChatUsage } from './answer.ts';
import type { Turn } from './prompt.ts';
import type { AnswerRecord } from './save-answer.ts';

const HISTORY_MESSAGES = 20;
const TITLE_CHARS = 80;

type Asking = { principal: Principal & { teamId: string }; bot: BotRow };
/** `reservation`: what the answer holds of a budget, given back with its usage. */
type Answering = Asking & { reservation: string | null };

/** Whose conversations a principal's are. */
export function ownerOf({ userId, keyId }: Principal): Owner {
  return { userId, keyId };
}

/**
 * The conversation a message belongs to, begun when none is named, with what was said before.
 * @throws AppError `not_found` for a conversation that is not the principal's with this bot
 */
export async function openConversation(
  { principal, bot }: Asking,
  message: { text: string; conversationId: string | undefined },
) {
  const { teamId } = principal;
  const owner = ownerOf(principal);
  if (message.conversationId === undefined) {
    const id = uuidv7();
    await conversations.insert(teamId, owner, {
      id,
      botId: bot.id,
      title: message.text.slice(0, TITLE_CHARS).toWellFormed(),
    });
    return { id, history: [] };
  }
  const found = await conversations.find(teamId, owner, message.conversationId);
  if (found?.bot_id !== bot.id) throw notFound('conversation');
  const earlier = await messages.listLast(teamId, found.id, HISTORY_MESSAGES);
  const history: Turn[] = earlier
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }));
  return { id: found.id, history };
}

/** Keeps the question before it is answered: an answer that fails leaves it in the conversation. */
export async function saveQuestion(teamId: string, conversationId: string, text: string): Promise<void> {
  await messages.insert(teamId, conversationId, { id: uuidv7(), role: 'user', content: text });
}

/** Keeps an answer, whole or not, and what it used; both or neither. */
export async function saveAnswer(
  { principal, bot, reservation }: Answering,
  saved: { conversationId: string; messageId: string; answer: AnswerRecord },
): Promise<void> {
  const { answer, conversationId, messageId } = saved;
  const { teamId } = principal;
  await inTeam(teamId, async (db) => {
    const { model, ...used } = answer.usage ?? {
      model: bot.model,
      input_tokens: 0,
      output_tokens: 0,
      cost_usd: 0,
    };
    const { content, citations, finish_reason } = answer;
    const message = {
      id: messageId,
      role: 'assistant' as const,
      content,
      citations,
      finish_reason: finish_reason ?? 'error',
      model,
      ...used,
    };
    await messages.insert(teamId, conversationId, message, db);
    await recordUsage({ principal, bot, reservation }, answer.usage, db);
  });
}

/** Books what an answer used, nothing when no model was called, in place of what it held of a budget. */
export async function recordUsage(answering: Answering, used: ChatUsage | null, db?: Db): Promise<void> {
  const { principal, reservation } = answering;
  if (!used && !reservation) return;
  await inTeam(
    principal.teamId,
    async (scoped) => {
      if (used) await bookUsage(answering, used, scoped);
      if (reservation) await reservations.remove(principal.teamId, reservation, scoped);
    },
    db,
  );
}

async function bookUsage({ principal, bot }: Asking, used: ChatUsage, db: Db): Promise<void> {
  const { input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: costUsd } = used;
  if (inputTokens + outputTokens > 0)
    measureTokens(modelLabel(used.model), { inputTokens, outputTokens, costUsd });
  await usage.insert(
    principal.teamId,
    {
      userId: principal.userId,
      keyId: principal.keyId,
      botId: bot.id,
      model: used.model,
      inputTokens,
      outputTokens,
      costUsd,
    },
    db,
  );
}
