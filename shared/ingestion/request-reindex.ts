import { enqueueReindex, type ReindexSource } from '#shared/aws/queue.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';

const PAGE = 50;

type ReindexRequest = {
  from: ReindexSource;
  /** null: all teams. */
  teamId: string | null;
  /** The document after which to continue; null: from the first. */
  after: string | null;
  hasTime(): boolean;
};

type RequestedReindex = {
  /** Number of documents that were put into the queue. */
  asked: number;
  /** The value of `after` for the next call; null when no document is left. */
  next: string | null;
};

/**
 * Queues every document that readers find to be indexed anew, in the order of their ids, while there is time.
 * The workers of the queue take one document a message. They skip a document that lacks nothing.
 */
export async function requestReindex({
  from: source,
  teamId,
  after,
  hasTime,
}: ReindexRequest): Promise<RequestedReindex> {
  let asked = 0;
  let next = after;
  do {
    const page = await indexedDocuments.list(next, PAGE, teamId);
    await Promise.all(page.map((row) => enqueueReindex({ teamId: row.team_id, documentId: row.id, source })));
    asked += page.length;
    next = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return { asked, next: null };
  } while (hasTime());
  return { asked, next };
}
