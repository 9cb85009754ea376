import { DEFAULT_CHUNKING } from '#shared/chunking/chunk.ts';
import * as collections from '#shared/db/collections.ts';
import type { Attempt, ClaimedDocument } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import { log } from '#shared/observability/log.ts';
import { parserTimeout, tooComplex } from '#shared/parsing/document.ts';
import { countTokens } from '#shared/retrieval/embedder-client.ts';
import { LostDocument } from './lost-document.ts';
import { ReaderEnded } from './reader/limits.ts';
import type { ReadResult } from './reader/messages.ts';
import { readers } from './reader/reader-pool.ts';
import type { ReadCalls } from './reader/reader-process.ts';

/** A document that ended the process that read it so often is not read again. */
const MAX_ENDS = 2;

type Reading = Attempt & { teamId: string; document: ClaimedDocument };

/**
 * Reads a file and cuts it into chunks, in a process of its own that a limit ends. After such an end the file is read
 * once more, in a new process: the machine may have been busy, or the process was ended for another reason. Each end is
 * stored first, so that neither a restart nor a killed worker allows a third try.
 * @throws DocumentError `document_too_complex` or `parser_timeout` after the second end, and for any fault of the file;
 *   LostDocument; AppError when the embedder cannot count tokens
 */
export async function readFile(
  reading: Reading,
  bytes: Uint8Array,
  onParsed: ReadCalls['onParsed'],
): Promise<ReadResult> {
  const { teamId, document } = reading;
  const collection = await collections.find(teamId, document.collection_id);
  const job = {
    bytes,
    contentType: document.content_type,
    filename: document.filename,
    maxTokens: collection?.max_tokens ?? DEFAULT_CHUNKING.max_tokens,
    overlapTokens: collection?.overlap_tokens ?? DEFAULT_CHUNKING.overlap_tokens,
  };
  let ends = document.reader_ends;
  while (ends < MAX_ENDS) {
    try {
      return await readers().read(job, { countTokens, onParsed }, ends > 0 ? 'fresh' : 'any');
    } catch (error) {
      if (!(error instanceof ReaderEnded)) throw error;
      ends = await recordEnd(reading, error);
      if (ends >= MAX_ENDS && error.reason === 'time') throw parserTimeout({ cause: error });
    }
  }
  throw tooComplex();
}

/** @throws LostDocument */
async function recordEnd({ teamId, documentId, generation }: Reading, error: ReaderEnded): Promise<number> {
  log.warn('A document ended its reader', { team_id: teamId, document_id: documentId, error });
  const ends = await ingestion.recordReaderEnd(teamId, { documentId, generation });
  if (ends === null) throw new LostDocument();
  return ends;
}
