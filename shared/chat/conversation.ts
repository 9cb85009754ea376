import { v7 as uuidv7 } from 'uuid';
import { notFound } from '#shared/core/errors.ts';
import { modelLabel } from '#shared/llm/catalog.ts';
import { measureTokens } from '#shared/observability/metrics.ts';
import type { Principal } from '../auth/principal.ts';
import type { BotRow } from '../db/bots.ts';
import {
  findConversation,
  insertConversation,
  insertMessage,
  listLastMessages,
  type Owner,
} from '../db/conversations.ts';
import { deleteReservation } from '../db/reservations.ts';
import { type Db, inTeam } from '../db/scope.ts';
import { insertUsage } from '../db/usage.ts';
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
    await insertConversation(teamId, owner, {
      id,
      botId: bot.id,
      title: message.text.slice(0, TITLE_CHARS).toWellFormed(),
    });
    return { id, history: [] };
  }
  const found = await findConversation(teamId, owner, message.conversationId);
  if (found?.bot_id !== bot.id) throw notFound('conversation');
  const messages = await listLastMessages(teamId, found.id, HISTORY_MESSAGES);
  const history: Turn[] = messages
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }));
  return { id: found.id, history };
}

/** Keeps the question before it is answered: an answer that fails leaves it in the conversation. */
export async function saveQuestion(teamId: string, conversationId: string, text: string): Promise<void> {
  await insertMessage(teamId, conversationId, { id: uuidv7(), role: 'user', content: text });
}

/** Keeps an answer, whole or not, and what it used; both or neither. */
export async function saveAnswer(
  { principal, bot, reservation }: Answering,
  saved: { conversationId: string; messageId: string; answer: AnswerRecord },
): Promise<void> {
  const { answer, conversationId, messageId } = saved;
  const { teamId } = principal;
  await inTeam(teamId, async (db) => {
    const { model, ...usage } = answer.usage ?? {
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
      ...usage,
    };
    await insertMessage(teamId, conversationId, message, db);
    await recordUsage({ principal, bot, reservation }, answer.usage, db);
  });
}

/** Books what an answer used, nothing when no model was called, in place of what it held of a budget. */
export async function recordUsage(answering: Answering, usage: ChatUsage | null, db?: Db): Promise<void> {
  const { principal, reservation } = answering;
  if (!usage && !reservation) return;
  await inTeam(
    principal.teamId,
    async (scoped) => {
      if (usage) await bookUsage(answering, usage, scoped);
      if (reservation) await deleteReservation(principal.teamId, reservation, scoped);
    },
    db,
  );
}

async function bookUsage({ principal, bot }: Asking, usage: ChatUsage, db: Db): Promise<void> {
  const { input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: costUsd } = usage;
  if (inputTokens + outputTokens > 0)
    measureTokens(modelLabel(usage.model), { inputTokens, outputTokens, costUsd });
  await insertUsage(
    principal.teamId,
    {
      userId: principal.userId,
      keyId: principal.keyId,
      botId: bot.id,
      model: usage.model,
      inputTokens,
      outputTokens,
      costUsd,
    },
    db,
  );
}
