import type { BotRow } from '#shared/db/bots.ts';
import type { DocumentFilter } from '#shared/db/document-filter.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import type { Passage } from '#shared/llm/request.ts';
import { botScope } from './bot-scope.ts';
import { type DocumentList, listDocuments } from './document-list.ts';
import type { Turn } from './history.ts';
import { retrievePassages } from './passages.ts';
import { perhapsAboutBot } from './small-talk-phrases.ts';
import { Spending } from './spending.ts';
import { standaloneQuestion } from './standalone-question.ts';
import { type TurnKind, turnKind } from './turn-kind.ts';

/** What an answer is made from. */
export type Prepared = {
  turn: TurnKind;
  /** The question as it can be understood without the conversation; what was searched for. */
  query: string;
  passages: Passage[];
  /** Only where the message asks which documents there are. */
  documents: DocumentList | null;
  spending: Spending;
};

type Asked = {
  team: TeamRow;
  bot: BotRow;
  question: string;
  /** Earlier turns, oldest first, without this question. */
  history: Turn[];
  /** Narrows the bot's own scope. */
  filter?: DocumentFilter | null | undefined;
};

/**
 * All that comes before the first word of an answer, step by step:
 * 1. `turnKind` decides by rules what the message asks for; only some messages ask for passages.
 * 2. `listDocuments` reads the titles for a message about the library.
 * 3. `standaloneQuestion` rewrites a follow-up.
 * 4. `retrievePassages` searches, and the bot's gate holds back what is plainly unrelated.
 * 5. Where none may answer, `perhapsAboutBot` takes a message for one about the bot that could have been about a document.
 * @throws AppError as `search`
 */
export async function prepareAnswer({ team, bot, question, history, filter }: Asked): Promise<Prepared> {
  const spending = new Spending();
  const none = { query: question, passages: [], documents: null, spending };
  const scope = botScope(bot, filter);
  let turn = turnKind(question, history);
  if (turn.kind === 'about_documents') {
    const documents = await listDocuments(team.id, scope, question);
    if (documents) return { ...none, turn, documents };
    turn = { kind: 'documents' };
  }
  if (turn.kind !== 'documents' && turn.kind !== 'continue') return { ...none, turn };
  const isContinued = turn.kind === 'continue';
  const asked = await standaloneQuestion({ bot, question, history, isContinued, spending });
  const { passages, mayAnswer, query } = await retrievePassages(team, bot, { ...asked, scope });
  const topic = mayAnswer || isContinued ? null : perhapsAboutBot(question);
  return topic ? { ...none, turn: { kind: 'small_talk', topic } } : { ...none, turn, passages, query };
}
