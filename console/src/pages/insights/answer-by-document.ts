import { useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiProblem, unwrap } from '../../api/problem.ts';
import type { Question } from './insights-queries.ts';

export type Added = { documentId: string; answer: string; isAnswered: boolean };

type NewText = { title: string; text: string; collection_id?: string };
type Stage = 'adding' | 'asking';

const POLL_MS = 700;

/**
 * Adds a text document, waits until it can be found, and asks the question again.
 * A second try deletes the document of the first, so that no half answers pile up.
 */
export function useAnswerByDocument(teamId: string, question: Question) {
  const [stage, setStage] = useState<Stage | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [added, setAdded] = useState<Added | null>(null);
  const start = async (body: NewText): Promise<void> => {
    setError(null);
    setStage('adding');
    try {
      if (added) await deleteDocument(teamId, added.documentId);
      const documentId = await addDocument(teamId, body);
      setStage('asking');
      setAdded({ documentId, ...(await ask(teamId, question)) });
    } catch (problem) {
      setError(problem);
    } finally {
      setStage(null);
    }
  };
  return { stage, error, added, start };
}

async function addDocument(teamId: string, body: NewText): Promise<string> {
  const path = { team_id: teamId };
  const created = await unwrap(
    api.POST('/v1/teams/{team_id}/documents/text', {
      params: { path },
      body: { on_duplicate: 'keep', metadata: {}, ...body },
    }),
  );
  const { id } = created.document;
  for (;;) {
    const document = await unwrap(
      api.GET('/v1/teams/{team_id}/documents/{document_id}', {
        params: { path: { ...path, document_id: id } },
      }),
    );
    if (document.status === 'ready') return id;
    if (document.error) throw new ApiProblem({ detail: document.error.message, code: document.error.code });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function deleteDocument(teamId: string, id: string): Promise<void> {
  const path = { team_id: teamId, document_id: id };
  await unwrap(api.DELETE('/v1/teams/{team_id}/documents/{document_id}', { params: { path } }));
}

async function ask(teamId: string, { bot_id: botId, question }: Question) {
  const answer = await unwrap(
    api.POST('/v1/teams/{team_id}/bots/{bot_id}/chat', {
      params: { path: { team_id: teamId, bot_id: botId } },
      body: { message: question, stream: false },
      parseAs: 'json',
    }),
  );
  if (typeof answer === 'string' || !('message' in answer)) throw new ApiProblem({});
  const { content, finish_reason: reason } = answer.message;
  return { answer: content, isAnswered: reason === 'stop' };
}
