import { enqueueIngestion, type ReindexSource } from '#shared/aws/queue.ts';
import { documentKey } from '#shared/aws/storage.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';

const PAGE = 50;

type Reindexing = {
  from: ReindexSource;
  /** null: of all teams. */
  teamId: string | null;
  /** Goes on after this document; null: from the first. */
  after: string | null;
  hasTime(): boolean;
};

type Asked = {
  /** Documents that were put into the queue. */
  asked: number;
  /** Where to go on; null when all were asked for. */
  next: string | null;
};

/**
 * Asks for every document that readers find to be indexed anew, in the order of their ids, as far as there is time.
 * The queue's workers do it, one document a message; one that has what it needs is left alone.
 */
export async function requestReindex({ from, teamId, after, hasTime }: Reindexing): Promise<Asked> {
  let asked = 0;
  let next = after;
  do {
    const page = await indexedDocuments.list(next, PAGE, teamId);
    await Promise.all(page.map((each) => enqueueIngestion(documentKey(each.team_id, each.id), from)));
    asked += page.length;
    next = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return { asked, next: null };
  } while (hasTime());
  return { asked, next };
}
