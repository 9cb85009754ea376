import { documentKey } from '#shared/aws/document-keys.ts';
import { enqueueIngestion } from '#shared/aws/queue.ts';
import { deleteObject, objectExists } from '#shared/aws/storage.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import * as turns from '#shared/db/ingestion-turns.ts';
import { type IngestOptions, ingestClaimed } from './pipeline.ts';
import { awaitsScan } from './scans.ts';

/** Up to so many unfinished documents a team's messages are taken as they come. */
const SMALL_BACKLOG = 4;

type Turn = IngestOptions & {
  teamId: string;
  documentId: string;
  /** The bucket reports that the document's file has arrived. */
  isUpload: boolean;
};

/**
 * Ingests one document for a message. While the message's team has many unfinished documents, that is the document
 * whose turn it is among all teams: messages come in the order of uploads, so that one team's thousands would else go
 * before another's single one. The message's own document then gets another message. A message of a deleted or finished
 * document costs a query.
 * @throws AppError as `ingestClaimed`
 */
export async function takeTurn(turn: Turn): Promise<void> {
  const { teamId, documentId, isUpload } = turn;
  if (isUpload) await turns.arrive(teamId, documentId);
  const backlog = await turns.countUnfinished(teamId, SMALL_BACKLOG + 1);
  const other = backlog > SMALL_BACKLOG ? await claimBefore(teamId) : null;
  if (other) await enqueueIngestion({ teamId, documentId });
  const claimed = other ?? (await claimOwn(turn));
  if (!claimed) return;
  const own = { onFault: turn.onFault, since: turn.since };
  try {
    await ingestClaimed(claimed.teamId, claimed.row, other ? { onFault: 'retry', since: null } : own);
  } finally {
    if (claimed.row.fetch_url !== null) await passOn(claimed.teamId);
  }
}

type Claimed = { teamId: string; row: ingestion.ClaimedDocument };

async function claimOwn({ teamId, documentId, isUpload }: Turn): Promise<Claimed | null> {
  const document = await documents.find(teamId, documentId);
  if (isUpload && isSurplus(document, teamId, documentId))
    await deleteObject(documentKey(teamId, documentId));
  if (document && document.fetch_url === null && awaitsScan(document)) return null;
  if (!document || (document.fetch_url !== null && !(await turns.mayFetch(teamId)))) return null;
  const row = await ingestion.claim(teamId, documentId);
  return row && { teamId, row };
}

/**
 * Whether a file came by a form for a document that was deleted, or that has been read already: the form works until it
 * expires, and such a file has no other remover.
 */
function isSurplus(document: DocumentRow | null, teamId: string, documentId: string): boolean {
  return document === null || document.object_key !== documentKey(teamId, documentId);
}

/** Claims the document whose turn it is, of another team; null where it is this team's turn. */
async function claimBefore(ownTeamId: string): Promise<Claimed | null> {
  for (const waiting of await turns.listWaiting()) {
    const { team_id: teamId, id, status, object_key: key } = waiting;
    if (teamId === ownTeamId) return null;
    if (status === 'pending_upload' && !(await objectExists(key))) {
      await turns.probed(waiting);
      continue;
    }
    const row = await ingestion.claim(teamId, id);
    if (row) return { teamId, row };
  }
  return null;
}

/** A page that waited while others of its team were fetched has no message left: it gets one. */
async function passOn(teamId: string): Promise<void> {
  const documentId = await turns.findWaitingFetch(teamId);
  if (documentId) await enqueueIngestion({ teamId, documentId });
}
