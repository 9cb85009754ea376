import type { Chunk } from '#shared/chunking/chunk.ts';
import type { DocumentErrorCode } from '#shared/parsing/document.ts';

/** A file to read, and how to cut it into chunks. */
export type ReadJob = {
  bytes: Uint8Array;
  contentType: string;
  filename: string;
  maxTokens: number;
  overlapTokens: number;
};

/** What was read. `title` is the file's own, else its name without the ending. */
export type ReadResult = { pages: number | null; title: string | null; chunks: Chunk[] };

/** Messages to the reader: a job, or the answer to its last `count`. */
export type ToReader = { job: ReadJob } | { counts: number[] };

/**
 * Messages of the reader. `ready` comes first: who ends before it was never started properly. `count` asks for the numbers of tokens of texts: the tokenizer belongs to the embedder, and
 * the reader has no network. `refused` is a fault of the file, `broken` one of ours.
 */
export type FromReader =
  | { ready: true }
  | { parsed: { pages: number | null } }
  | { count: string[] }
  | { result: ReadResult }
  | { refused: { code: DocumentErrorCode; message: string } }
  | { broken: string };
