import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '#shared/auth/principal.ts';
import { notFound } from '#shared/core/errors.ts';
import type { BotRow } from '#shared/db/bots.ts';
import type { Owner } from '#shared/db/conversations.ts';
import * as conversations from '#shared/db/conversations.ts';
import * as versions from '#shared/db/message-versions.ts';
import * as messages from '#shared/db/messages.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import type { Turn } from './history.ts';

type TeamPrincipal = Principal & { teamId: string };

const HISTORY_MESSAGES = 20;
const TITLE_CHARS = 80;

/** The owner under which this principal's conversations are stored. */
export function ownerOf({ userId, keyId }: Principal): Owner {
  return { userId, keyId };
}

type Opened = {
  id: string;
  /** The turns before the message, oldest first. */
  history: Turn[];
  /** The documents that these turns were made from. */
  earlierSources: string[];
  /** The question that the message takes the place of; null where it is a further one. */
  replaces: string | null;
};

type NewMessage = { text: string; conversationId: string | undefined; replacesId: string | undefined };

/**
 * Finds the conversation that a message continues or a question of which it replaces, or starts one when neither is
 * given.
 * @throws AppError `not_found` unless conversation and question are the principal's and with this bot
 */
export async function openConversation(
  { principal, bot }: { principal: TeamPrincipal; bot: BotRow },
  { text, conversationId, replacesId }: NewMessage,
): Promise<Opened> {
  const { teamId } = principal;
  const owner = ownerOf(principal);
  if (replacesId !== undefined) {
    const place = await versions.findCurrent(teamId, owner, { messageId: replacesId, role: 'user' });
    const isThere =
      place?.bot_id === bot.id && (conversationId ?? place.conversation_id) === place.conversation_id;
    if (!isThere) throw notFound('message');
    const earlier = await readHistory(teamId, place.conversation_id, place.id);
    return { id: place.conversation_id, ...earlier, replaces: place.id };
  }
  if (conversationId === undefined) {
    const id = uuidv7();
    const title = text.slice(0, TITLE_CHARS).toWellFormed();
    await conversations.insert(teamId, owner, { id, botId: bot.id, title });
    return { id, history: [], earlierSources: [], replaces: null };
  }
  const found = await conversations.find(teamId, owner, conversationId);
  if (found?.bot_id !== bot.id) throw notFound('conversation');
  return { id: found.id, ...(await readHistory(teamId, found.id, null)), replaces: null };
}

type Question = { id: string; conversationId: string; text: string };

/** Saves a question before it is answered, so that it stays in the conversation when the answer fails. */
export async function saveQuestion(
  teamId: string,
  { id, conversationId, text }: Question,
  db?: Db,
): Promise<void> {
  await messages.insert(teamId, conversationId, { id, role: 'user', content: text }, db);
}

/**
 * Puts a question in the place of an earlier one; what came after that one leaves the conversation. Of two at the
 * same time the one that comes last stays.
 * @throws AppError `not_found` when the earlier one has left the conversation meanwhile
 */
export async function replaceQuestion(
  principal: TeamPrincipal,
  question: Question,
  replaces: string,
): Promise<void> {
  const { teamId } = principal;
  const { id, conversationId } = question;
  await inTeam(teamId, async (db) => {
    await versions.lockConversation(teamId, conversationId, db);
    const wanted = { messageId: replaces, role: 'user' as const, db };
    const place = await versions.findCurrent(teamId, ownerOf(principal), wanted);
    if (!place) throw notFound('message');
    await versions.retireFrom(teamId, { conversationId, replaced: place.id, by: id }, db);
    await saveQuestion(teamId, question, db);
  });
}

/** An answer to be given again: its question, the turns before that, oldest first, and the bot that was asked. */
type Reopened = {
  conversationId: string;
  botId: string;
  questionId: string;
  question: string;
  history: Turn[];
  earlierSources: string[];
  /** The answer that stands there until the new one is complete. */
  replaces: string;
};

/** Finds what is needed to give an answer again. @throws AppError `not_found` unless it is in the principal's conversations */
export async function reopenQuestion(principal: TeamPrincipal, answerId: string): Promise<Reopened> {
  const { teamId } = principal;
  const place = await versions.findCurrent(teamId, ownerOf(principal), {
    messageId: answerId,
    role: 'assistant',
  });
  const asked = place && (await versions.findQuestion(teamId, place.id));
  if (!asked) throw notFound('message');
  return {
    conversationId: place.conversation_id,
    botId: place.bot_id,
    questionId: asked.id,
    question: asked.content,
    ...(await readHistory(teamId, place.conversation_id, asked.id)),
    replaces: place.id,
  };
}

/** The turns before a message. Answers that are withheld have no text, so that no model repeats them. */
async function readHistory(
  teamId: string,
  conversationId: string,
  before: string | null,
): Promise<Pick<Opened, 'history' | 'earlierSources'>> {
  const newest = await messages.listNewest(teamId, conversationId, { limit: HISTORY_MESSAGES, before });
  const earlier = newest.toReversed().filter(({ content }) => content !== '');
  return {
    history: earlier.map(({ role, content }) => ({ role, content })),
    earlierSources: earlier.flatMap(({ source_ids }) => source_ids),
  };
}
