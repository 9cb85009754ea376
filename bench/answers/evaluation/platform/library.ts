import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SetDocument } from '../question.ts';
import type { Client } from './client.ts';

/** A collection with the documents of a set, all of them ready. */
export type Library = {
  client: Client;
  /** `/v1/teams/{team_id}` */
  teamPath: string;
  collectionId: string;
  /** Id of a document on the platform → its id in the set. */
  documents: Map<string, string>;
  /** What the passages were embedded with. */
  embeddingModel: string;
};

export type Progress = (done: { uploaded: number; ready: number; total: number }) => void;

type Document = {
  id: string;
  filename: string;
  status: string;
  error: { message: string } | null;
  embedding_model: string | null;
};
type Upload = { url: string; fields: Record<string, string> };
type Place = Pick<Library, 'client' | 'teamPath' | 'collectionId'>;

const CONCURRENCY = 4;
const POLL_MS = 200;
/** How many documents a round looks at. They become ready in about the order of their upload. */
const POLL_DOCUMENTS = 8;

const CONTENT_TYPES: Record<string, string> = {
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.hwpx': 'application/hwp+zip',
  '.hwp': 'application/x-hwp',
};

/**
 * Makes a new collection in the client's team, uploads the documents and waits until each is ready.
 * @throws Error naming a document that the platform cannot read
 */
export async function fillLibrary(
  client: Client,
  documents: SetDocument[],
  onProgress: Progress,
): Promise<Library> {
  const teams = await client.get<{ data: { id: string }[] }>('/v1/teams');
  const teamPath = `/v1/teams/${teams.data[0]?.id}`;
  const name = `evaluation ${new Date().toISOString()}`;
  const collection = await client.post<{ id: string }>(`${teamPath}/collections`, { name });
  const place = { client, teamPath, collectionId: collection.id };
  try {
    return { ...place, ...(await addAll(place, documents, onProgress)) };
  } catch (error) {
    await client.delete(`${teamPath}/collections/${collection.id}`).catch(() => {});
    throw error;
  }
}

/** Deletes the collection with its documents. */
export async function removeLibrary({ client, teamPath, collectionId }: Library): Promise<void> {
  await client.delete(`${teamPath}/collections/${collectionId}`);
}

type Intake = {
  place: Place;
  waiting: SetDocument[];
  /** Ids on the platform that are not ready yet. */
  pending: string[];
  ids: Library['documents'];
  report: () => void;
  /** Aborted by the first failure: the rest stops then. */
  signal: AbortSignal;
};

/** Uploads and looks for what is ready at the same time, until both are done or one has failed. */
async function addAll(
  place: Place,
  documents: SetDocument[],
  onProgress: Progress,
): Promise<Pick<Library, 'documents' | 'embeddingModel'>> {
  const failure = new AbortController();
  const ids = new Map<string, string>();
  const pending: string[] = [];
  const report = () =>
    onProgress({ uploaded: ids.size, ready: ids.size - pending.length, total: documents.length });
  const intake = { place, waiting: [...documents], pending, ids, report, signal: failure.signal };
  const uploads = Array.from({ length: CONCURRENCY }, () => uploadWaiting(intake));
  try {
    const [embeddingModel] = await Promise.all([watchPending(intake, documents.length), ...uploads]);
    return { documents: ids, embeddingModel };
  } catch (error) {
    failure.abort();
    await Promise.allSettled(uploads);
    throw error;
  }
}

async function uploadWaiting({ place, waiting, pending, ids, report, signal }: Intake): Promise<void> {
  for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
    const id = await addDocument(place, next);
    ids.set(id, next.id);
    pending.push(id);
    report();
  }
}

/** @returns the model with which the documents were embedded */
async function watchPending({ place, pending, report, signal }: Intake, total: number): Promise<string> {
  let model = '';
  let done = 0;
  while (done < total && !signal.aborted) {
    const ready = await findReady(place, pending.slice(0, POLL_DOCUMENTS));
    model ||= ready[0]?.embedding_model ?? '';
    done += ready.length;
    for (const { id } of ready) pending.splice(pending.indexOf(id), 1);
    report();
    if (ready.length === 0) await delay(POLL_MS);
  }
  return model;
}

async function findReady({ client, teamPath }: Place, ids: string[]): Promise<Document[]> {
  const documents = await Promise.all(ids.map((id) => client.get<Document>(`${teamPath}/documents/${id}`)));
  const failure = documents.find(({ status }) => status === 'failed');
  if (failure) throw new Error(`${failure.filename} could not be read: ${failure.error?.message}`);
  return documents.filter(({ status }) => status === 'ready');
}

/** @returns the id that the platform gave it */
async function addDocument(place: Place, document: SetDocument): Promise<string> {
  if ('file' in document) return await uploadFile(place, document.title, document.file);
  const { client, teamPath, collectionId } = place;
  const title =
    document.title
      .replaceAll(/[/\\\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 200) || document.id;
  const body = { title, text: document.text, collection_id: collectionId };
  return (await client.post<{ document: Document }>(`${teamPath}/documents/text`, body)).document.id;
}

async function uploadFile(place: Place, filename: string, file: string): Promise<string> {
  const { client, teamPath, collectionId } = place;
  const contentType = CONTENT_TYPES[path.extname(filename).toLowerCase()];
  if (!contentType) throw new Error(`${filename}: files of this kind cannot be uploaded.`);
  const bytes = readFileSync(file);
  const { document, upload } = await client.post<{ document: Document; upload: Upload }>(
    `${teamPath}/documents`,
    { filename, content_type: contentType, size_bytes: bytes.length, collection_id: collectionId },
  );
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'file');
  const response = await fetch(upload.url, { method: 'POST', body: form });
  if (!response.ok) throw new Error(`The upload of ${filename} answered ${response.status}.`);
  return document.id;
}
