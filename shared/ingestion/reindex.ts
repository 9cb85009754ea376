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
import { type IngestOptions, ingestDocument } from './pipeline.ts';

/**
 * Indexes a document anew. Until that is done readers find it as it was, and for good when it fails.
 * @throws AppError when a dependency is away and the message should come again
 */
export async function reindexDocument(
  teamId: string,
  documentId: string,
  { from, ...options }: IngestOptions & { from: ReindexSource },
): Promise<void> {
  const document = await indexedDocuments.find(teamId, documentId);
  if (!document) return;
  const outcome = from === 'files' ? 'ingested' : await reembed(document);
  if (outcome === 'ingested') {
    await documents.requeueIndexed(teamId, documentId);
    await ingestDocument(teamId, documentId, options);
  }
  log.info('reindexed', { team_id: teamId, document_id: documentId, from, outcome });
}

/** `ingested`: chunks do not do, it has to begin with the file. `changed`: readers see something else by now. */
type Outcome = 'present' | 'embedded' | 'changed' | 'ingested';

/** Gives a document's chunks the vectors of the model that the embedder serves, unless they have them all. */
async function reembed(document: IndexedDocument & { collection_id: string }): Promise<Outcome> {
  const { team_id: teamId, id: documentId, generation, chunks, collection_id: collectionId } = document;
  const { identity: model } = await embedderInfo();
  const space = { teamId, model, documentId, generation, collectionId };
  const count = () => vectorStore().count({ teamId, model }, { documentId, generation });
  const discard = () => vectorStore().remove({ teamId, model }, { documentId, generation });
  if (document.model === model && (await count()) === chunks) return 'present';
  try {
    await embedStored(space);
  } catch (error) {
    // Deleting the document would leave them: it knows of its own model only.
    if (document.model !== model) await discard();
    if (error instanceof AppError && error.code === 'input_too_long') return 'ingested';
    throw error;
  }
  const stored = await count();
  if (stored === chunks && (await indexedDocuments.adoptModel(document, model))) return 'embedded';
  if (await indexedDocuments.isCurrent(document))
    throw new Error(`Of ${chunks} chunks of document ${documentId} the vector store holds ${stored}`);
  // Deleted or ingested anew meanwhile: the outbox knows nothing of vectors that were written after it.
  await discard();
  return 'changed';
}

/** Chunks were cut for the model of their time: one that the present model cannot read whole is an error. */
async function embedStored(space: Parameters<typeof embedChunks>[0]): Promise<void> {
  let page = await chunks.list(space.teamId, space.documentId, { limit: EMBED_BATCH, after: -1 });
  while (page.length > 0) {
    await embedChunks(space, page, false);
    const after = page.at(-1)?.ordinal ?? 0;
    page = await chunks.list(space.teamId, space.documentId, { limit: EMBED_BATCH, after });
  }
}
