import type { Db } from './scope.ts';

/** What stands for an answer whose source was deleted. */
const GONE = {
  ko: '이 답변이 인용한 문서가 삭제되어 답변을 더는 보여 드리지 않습니다.',
  en: 'This answer is no longer shown, because a document that it cited was deleted.',
};

/** An answer from earlier ones cites nothing, but may repeat them: a translation, a summary. */
const REPEATS = `m.role = 'assistant' AND m.citations = '[]'
  AND (m.outcome IS NULL OR m.outcome IN ('answered', 'small_talk'))`;

/**
 * Those of the documents that are not deleted. They cannot be deleted before the transaction ends, so that an answer
 * that cites them is either seen by their deletion, or knows of it.
 */
export async function lockLive(teamId: string, documentIds: string[], db: Db): Promise<Set<string>> {
  if (documentIds.length === 0) return new Set();
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM documents WHERE team_id = $1 AND id = ANY($2::uuid[]) AND status <> 'deleting'
     ORDER BY id FOR SHARE`,
    [teamId, documentIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Records which documents an answer cites. */
export async function insert(
  teamId: string,
  { messageId, documentIds }: { messageId: string; documentIds: string[] },
  db: Db,
): Promise<void> {
  await db.query(
    `INSERT INTO cited_documents (team_id, document_id, message_id)
     SELECT DISTINCT $1::uuid, document_id, $3::uuid FROM unnest($2::uuid[]) AS document_id`,
    [teamId, documentIds, messageId],
  );
}

/** Takes text and quotes out of the answers that cite one of these documents, and out of later ones that may repeat it. */
export async function withholdAnswers(teamId: string, documentIds: string[], db: Db): Promise<void> {
  await db.query(
    `WITH citing AS (
       SELECT m.conversation_id, min(m.id::text)::uuid AS first, array_agg(m.id) AS ids
       FROM messages m JOIN (
         SELECT DISTINCT message_id FROM cited_documents WHERE team_id = $1 AND document_id = ANY($2::uuid[])
       ) cited ON m.team_id = $1 AND m.id = cited.message_id
       GROUP BY 1
     )
     UPDATE messages m SET citations = '[]', tentative = false,
       content = CASE WHEN m.content ~ '[가-힣]' THEN $3 ELSE $4 END
     FROM citing WHERE m.team_id = $1 AND m.conversation_id = citing.conversation_id
       AND (m.id = ANY(citing.ids) OR (m.id > citing.first AND ${REPEATS}))`,
    [teamId, documentIds, GONE.ko, GONE.en],
  );
  await db.query('DELETE FROM cited_documents WHERE team_id = $1 AND document_id = ANY($2::uuid[])', [
    teamId,
    documentIds,
  ]);
}
