import { api, type Schemas } from '../../../api/client.ts';
import { unwrap } from '../../../api/problem.ts';

/** Why a file did not get into the bucket, where the API has nothing to say about it. */
export class UploadFailure extends Error {
  readonly reason: 'cut' | 'storage';

  constructor(reason: 'cut' | 'storage') {
    super(reason);
    this.name = 'UploadFailure';
    this.reason = reason;
  }
}

type Sending = {
  teamId: string;
  file: File;
  contentType: string;
  folder: string;
  collectionId: string | null;
  onDuplicate: 'keep' | 'replace';
  signal: AbortSignal;
  /** Is told the sent share, from 0 to 1. */
  onShare(share: number): void;
};

/**
 * Registers a document and sends its file to the bucket. When that fails, the document is removed again.
 * @returns the document before it is read. @throws ApiProblem, UploadFailure, or an AbortError
 */
export async function sendFile(sending: Sending): Promise<Schemas['Document']> {
  const { teamId, file, contentType, folder, collectionId, onDuplicate, signal } = sending;
  const { document, upload } = await unwrap(
    api.POST('/v1/teams/{team_id}/documents', {
      params: { path: { team_id: teamId } },
      signal,
      body: {
        filename: file.name.normalize('NFC'),
        content_type: contentType,
        size_bytes: file.size,
        on_duplicate: onDuplicate,
        metadata: folder ? { folder: folder.normalize('NFC').slice(0, 500) } : {},
        ...(collectionId ? { collection_id: collectionId } : {}),
      },
    }),
  );
  try {
    await post(upload, sending);
  } catch (error) {
    const path = { team_id: teamId, document_id: document.id };
    await api.DELETE('/v1/teams/{team_id}/documents/{document_id}', { params: { path } }).catch(() => null);
    throw error;
  }
  return document;
}

/** `fetch` does not tell how much has been sent. */
function post({ url, fields }: Schemas['Upload'], { file, signal, onShare }: Sending): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onShare(total > 0 ? loaded / total : 0),
    );
    request.addEventListener('load', () =>
      request.status < 300 ? resolve() : reject(new UploadFailure('storage')),
    );
    request.addEventListener('error', () => reject(new UploadFailure('cut')));
    request.addEventListener('abort', () =>
      reject(new DOMException('The upload was stopped.', 'AbortError')),
    );
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
