import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import { log } from '#shared/observability/log.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';

/**
 * Puts a document's vectors into the collection that PostgreSQL has for it. Looks again afterwards, so that of several
 * moves at the same time the last one counts in both stores.
 * @throws AppError `dependency_unavailable`; the next move of the document repairs its vectors
 */
export async function moveVectors(teamId: string, documentId: string): Promise<void> {
  let document = await indexedDocuments.find(teamId, documentId);
  while (document) {
    const { model, collection_id: collectionId } = document;
    await vectorStore().move({ teamId, model }, { documentId, collectionId });
    document = await indexedDocuments.find(teamId, documentId);
    if (document?.collection_id === collectionId && document.model === model) return;
  }
}

/**
 * Moves vectors that were written for another collection than PostgreSQL has by now. A fault is only logged: the document
 * can be found, and moving it again repairs its vectors.
 */
export async function followMove(
  teamId: string,
  written: { documentId: string; collectionId: string },
): Promise<void> {
  const { documentId, collectionId } = written;
  try {
    const document = await indexedDocuments.find(teamId, documentId);
    if (document && document.collection_id !== collectionId) await moveVectors(teamId, documentId);
  } catch (error) {
    log.error('Vectors of a moved document were left behind', {
      team_id: teamId,
      document_id: documentId,
      error: error as Error,
    });
  }
}
