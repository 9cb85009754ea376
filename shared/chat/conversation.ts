import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '#shared/auth/principal.ts';
import { notFound } from '#shared/core/errors.ts';
import type { BotRow } from '#shared/db/bots.ts';
import type { Owner } from '#shared/db/conversations.ts';
import * as conversations from '#shared/db/conversations.ts';
import * as messages from '#shared/db/messages.ts';
import type { Turn } from './history.ts';

const HISTORY_MESSAGES = 20;
const TITLE_CHARS = 80;

/** The owner under which this principal's conversations are stored. */
export function ownerOf({ userId, keyId }: Principal): Owner {
  return { userId, keyId };
}

/**
 * Finds the conversation that a message continues, or starts one when `conversationId` is undefined.
 * @returns its id and its last messages, oldest first
 * @throws AppError `not_found` unless the conversation is the principal's and with this bot
 */
export async function openConversation(
  { principal, bot }: { principal: Principal & { teamId: string }; bot: BotRow },
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

/** Saves a question before it is answered, so that it stays in the conversation when the answer fails. */
export async function saveQuestion(teamId: string, conversationId: string, text: string): Promise<void> {
  await messages.insert(teamId, conversationId, { id: uuidv7(), role: 'user', content: text });
}
