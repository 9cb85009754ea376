import type { Principal } from '#shared/auth/principal.ts';
import type { BotRow } from '#shared/db/bots.ts';
import * as citedDocuments from '#shared/db/cited-documents.ts';
import * as installation from '#shared/db/installation-spending.ts';
import * as versions from '#shared/db/message-versions.ts';
import * as messages from '#shared/db/messages.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import * as usage from '#shared/db/usage.ts';
import * as deliveries from '#shared/db/webhook-deliveries.ts';
import { modelLabel, usesInstallationKey } from '#shared/llm/catalog.ts';
import { saysPerhaps } from '#shared/llm/extractive/render.ts';
import { measureTokens } from '#shared/observability/metrics.ts';
import type { AnswerRecord, ChatUsage } from './answer.ts';
import { release } from './budget.ts';
import { shownTitles } from './document-list.ts';
import { isBuiltin } from './gate.ts';
import type { Prepared } from './prepare-answer.ts';
import { reportReachedBudgets } from './report-budget.ts';
import type { TurnKind } from './turn-kind.ts';

/** Who asked which bot. `reservation`: the hold on a budget that ends with the answer; null where there is none. */
type Answering = { principal: Principal & { teamId: string }; bot: BotRow; reservation: string | null };

/** An answer to one message of a conversation. */
type AnsweredTurn = Pick<Prepared, 'turn' | 'passages' | 'documents'> & {
  /** The documents that earlier turns were made from, which the answer may repeat. */
  earlierSources: string[];
  conversationId: string;
  questionId: string;
  messageId: string;
  /** The earlier answer in whose place this one comes; null where it is the first. */
  replaces: string | null;
  answer: AnswerRecord;
};

/**
 * Saves an answer, complete or not, and its usage in one transaction. In the place of an earlier answer comes only one
 * that did not fail and has a text: the reader keeps what he had otherwise.
 */
export async function saveAnswer(
  { principal, bot, reservation }: Answering,
  answered: AnsweredTurn,
): Promise<void> {
  const { conversationId, questionId, messageId, replaces, answer } = answered;
  const { teamId } = principal;
  await inTeam(teamId, async (db) => {
    // A question that is being replaced would else leave its answer behind.
    await versions.lockConversation(teamId, conversationId, db);
    // Before any message is changed, in the order in which a deletion locks: documents, then messages.
    const documentIds = [...new Set(answer.citations.map(({ document_id }) => document_id))];
    const live = await citedDocuments.lockLive(teamId, documentIds, db);
    const isKept = replaces !== null && (answer.finish_reason === null || answer.content.trim() === '');
    if (replaces && !isKept) {
      const place = { conversationId, questionId, replaced: replaces, by: messageId };
      await versions.retireAnswers(teamId, place, db);
    }
    const message = { ...toMessage(answered, bot), replaced_by: isKept ? replaces : null };
    await messages.insert(teamId, conversationId, message, db);
    await saveCited(teamId, { messageId, documentIds }, { live, db });
    if (message.outcome === 'no_context') {
      const data = { message_id: messageId, conversation_id: conversationId, bot_id: bot.id };
      await deliveries.queue(teamId, { event: 'answer.refused', data }, db);
    }
    await recordUsage({ principal, bot, reservation }, answer.usage, db);
  });
}

function toMessage(answered: AnsweredTurn, bot: Pick<BotRow, 'model'>) {
  const { questionId, messageId, turn, answer } = answered;
  const { model, ...used } = answer.usage ?? {
    model: bot.model,
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
  };
  const { content, citations, finish_reason } = answer;
  return {
    id: messageId,
    role: 'assistant' as const,
    content,
    citations,
    finish_reason: finish_reason ?? 'error',
    model,
    ...used,
    outcome: outcomeOf(answer, turn),
    tentative: isTentative(answer, model),
    source_ids: sourcesOf(answered),
    question_id: questionId,
  };
}

/** Records what the answer cites. One whose document was deleted meanwhile is not kept. */
async function saveCited(
  teamId: string,
  cited: { messageId: string; documentIds: string[] },
  { live, db }: { live: Set<string>; db: Db },
): Promise<void> {
  if (cited.documentIds.length === 0) return;
  await citedDocuments.insert(teamId, cited, db);
  const gone = cited.documentIds.filter((id) => !live.has(id));
  if (gone.length > 0) await citedDocuments.withholdAnswers(teamId, gone, db);
}

/** The documents that an answer may tell of: whoever no longer sees one of them no longer sees the answer. */
function sourcesOf({ passages, documents, earlierSources }: AnsweredTurn): string[] {
  const retrieved = passages.map(({ document_id }) => document_id);
  const named = shownTitles(documents?.titles ?? []).map(({ id }) => id);
  return [...new Set([...retrieved, ...named, ...earlierSources])];
}

function outcomeOf({ finish_reason, citations }: AnswerRecord, turn: TurnKind): messages.Outcome {
  if (finish_reason === null) return 'error';
  if (finish_reason === 'no_context') return 'no_context';
  if (citations.some(({ verified }) => !verified)) return 'unverified';
  return turn.kind === 'documents' || turn.kind === 'continue' ? 'answered' : 'small_talk';
}

/** Whether an answer says of itself that it may not be the right one. Only our own model does. */
export function isTentative(
  { content, citations }: Pick<AnswerRecord, 'content' | 'citations'>,
  model: string,
): boolean {
  return isBuiltin(model) && citations.length > 0 && saysPerhaps(content);
}

/** Records the usage of an answer (null: no model was called) and removes its reservation. */
export async function recordUsage(answering: Answering, used: ChatUsage | null, db?: Db): Promise<void> {
  const { principal, reservation } = answering;
  if (!used && !reservation) return;
  await inTeam(
    principal.teamId,
    async (scoped) => {
      if (used) await insertUsage(answering, used, scoped);
      if (reservation) await release(principal.teamId, reservation, scoped);
    },
    db,
  );
}

async function insertUsage({ principal, bot }: Answering, used: ChatUsage, db: Db): Promise<void> {
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
  if (usesInstallationKey(used.model)) await installation.add(costUsd, db);
  if (costUsd > 0) await reportReachedBudgets(principal, db);
}
