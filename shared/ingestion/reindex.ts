import type { ReindexSource } from '#shared/aws/queue.ts';
import { AppError } from '#shared/core/errors.ts';
import * as chunks from '#shared/db/chunks.ts';
import * as documents from '#shared/db/documents.ts';
import type { IndexedDocument } from '#shared/db/indexed-documents.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import { log } from '#shared/observability/log.ts';
import { embedderInfo } from '#shared/retrieval/embedder-client.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { EMBED_BATCH, embedChunks } from './index-chunks.ts';
import { followMove } from './move-vectors.ts';
import { type IngestOptions, ingestDocument } from './pipeline.ts';

/**
 * Indexes a document anew. Readers find its previous index until that is done, and keep it when it fails.
 * @throws AppError when a dependency is down and the message should be delivered again
 */
export async function reindexDocument(
  teamId: string,
  documentId: string,
  { from, onFault }: Pick<IngestOptions, 'onFault'> & { from: ReindexSource },
): Promise<void> {
  const document = await indexedDocuments.find(teamId, documentId);
  if (!document) return;
  const outcome = from === 'files' ? 'ingested' : await embedAgain(document);
  if (outcome === 'embedded') await followMove(teamId, { documentId, collectionId: document.collection_id });
  if (outcome === 'ingested') {
    await documents.requeueIndexed(teamId, documentId);
    await ingestDocument(teamId, documentId, { onFault, since: null });
  }
  log.info('reindexed', { team_id: teamId, document_id: documentId, from, outcome });
}

/**
 * `ingested`: the chunks do not fit the model, so the document is ingested from its file. `changed`: readers see
 * another generation by now, or none.
 */
type ReindexOutcome = 'present' | 'embedded' | 'changed' | 'ingested';

/** Embeds a document's chunks with the model that the embedder serves, unless all of them have its vectors. */
async function embedAgain(document: IndexedDocument & { collection_id: string }): Promise<ReindexOutcome> {
  const { team_id: teamId, id: documentId, generation, chunks, collection_id: collectionId } = document;
  const { identity: model } = await embedderInfo();
  const space = { teamId, model, documentId, generation, collectionId };
  const count = () => vectorStore().count({ teamId, model }, { documentId, generation });
  const discard = () => vectorStore().remove({ teamId, model }, { documentId, generation });
  if (document.model === model && (await count()) === chunks) return 'present';
  try {
    await embedStoredChunks(space);
  } catch (error) {
    // Remove the partial vectors here: deleting the document removes those of its recorded model only.
    if (document.model !== model) await discard();
    if (error instanceof AppError && error.code === 'input_too_long') return 'ingested';
    throw error;
  }
  const stored = await count();
  if (stored === chunks && (await indexedDocuments.adoptModel(document, model))) return 'embedded';
  if (await indexedDocuments.isCurrent(document))
    throw new Error(`Of ${chunks} chunks of document ${documentId} the vector store holds ${stored}`);
  // Deleted or ingested anew in the meantime: the outbox task was queued before these vectors were written.
  await discard();
  return 'changed';
}

/** Embeds stored chunks. They were cut for an earlier model: one too long for the present model is an error. */
async function embedStoredChunks(space: Parameters<typeof embedChunks>[0]): Promise<void> {
  let page = await chunks.list(space.teamId, space.documentId, { limit: EMBED_BATCH, after: -1 });
  while (page.length > 0) {
    await embedChunks(space, page, { onTooLong: 'refuse' });
    const after = page.at(-1)?.ordinal ?? 0;
    page = await chunks.list(space.teamId, space.documentId, { limit: EMBED_BATCH, after });
  }
}
