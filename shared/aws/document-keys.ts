/** The S3 key that a form writes to. An S3 event is matched to its document by the ids in it. */
export function documentKey(teamId: string, documentId: string): string {
  return `teams/${teamId}/documents/${documentId}`;
}

/** The S3 key of the file that was read, which no form can write to: it stays what was indexed. */
export function originalKey(teamId: string, documentId: string): string {
  return `teams/${teamId}/originals/${documentId}`;
}

/** The ids in a key made by `documentKey`; null for any other object's key. */
export function parseDocumentKey(key: string): DocumentIds | null {
  return idsIn(/^teams\/([0-9a-f-]{36})\/documents\/([0-9a-f-]{36})$/.exec(key));
}

/** The ids in a key made by `originalKey`; null for any other object's key. */
export function parseOriginalKey(key: string): DocumentIds | null {
  return idsIn(/^teams\/([0-9a-f-]{36})\/originals\/([0-9a-f-]{36})$/.exec(key));
}

type DocumentIds = { teamId: string; documentId: string };

function idsIn(match: RegExpExecArray | null): DocumentIds | null {
  return match?.[1] && match[2] ? { teamId: match[1], documentId: match[2] } : null;
}
