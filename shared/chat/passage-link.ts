import { section } from '#shared/core/config.ts';
import type { PassageLink } from '#shared/retrieval/cite-passage.ts';

const httpConfig = section('http');

/** The absolute address that opens a passage in the console. */
export const linkToPassage: PassageLink = ({ document_id, chunk_id }) =>
  `${httpConfig().API_URL}/documents/${document_id}?chunk=${chunk_id}`;
