import type { Document, Upload } from '#clients/openapi-types/api.d.ts';
import { type Answer, type Client, type Json, succeeded } from './api.ts';
import { readUntil } from './until.ts';

export type { Document };
export type NewUpload = { document: Document; upload: Upload };

export type File = { filename: string; contentType: string; bytes: Uint8Array | string };
/** `collection_id`, `on_duplicate`, `metadata`. */
type DocumentOptions = Json;

/** Requests a form for the upload of a file; `more` overrides fields of the body. */
export function requestUpload(
  client: Client,
  teamPath: string,
  { filename, contentType, bytes }: File,
  more: DocumentOptions = {},
): Promise<Answer<NewUpload>> {
  const body = { filename, content_type: contentType, size_bytes: Buffer.byteLength(bytes), ...more };
  return client.post<NewUpload>(`${teamPath}/documents`, body);
}

/** Posts a file with a presigned form, as a browser does. */
export async function sendForm({ url, fields }: Upload, bytes: Uint8Array | string): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]), 'file');
  return await fetch(url, { method: 'POST', body: form });
}

/** Uploads a file. @returns its document before ingestion */
export async function upload(
  client: Client,
  teamPath: string,
  file: File,
  more: DocumentOptions = {},
): Promise<Document> {
  const { document, upload: form } = succeeded(await requestUpload(client, teamPath, file, more));
  const response = await sendForm(form, file.bytes);
  if (!response.ok) throw new Error(`Storage answered ${response.status}: ${await response.text()}`);
  return document;
}

/** Waits until the document is `ready` or `failed`, and returns it. */
export async function settled(client: Client, teamPath: string, documentId: string): Promise<Document> {
  const read = async () => succeeded(await client.get<Document>(`${teamPath}/documents/${documentId}`));
  return await readUntil(read, ({ status }) => status === 'ready' || status === 'failed');
}

/** Uploads a file and waits until its document is ready. @throws Error if it fails */
export async function addFile(
  client: Client,
  teamPath: string,
  file: File,
  more: DocumentOptions = {},
): Promise<Document> {
  const { id } = await upload(client, teamPath, file, more);
  return mustBeReady(await settled(client, teamPath, id));
}

/** Adds a document by text and waits until it is ready. */
export async function addText(
  client: Client,
  teamPath: string,
  text: string,
  more: DocumentOptions = {},
): Promise<Document> {
  const body = { title: 'note.md', text, ...more };
  const { document } = succeeded(
    await client.post<{ document: Document }>(`${teamPath}/documents/text`, body),
  );
  return mustBeReady(await settled(client, teamPath, document.id));
}

function mustBeReady(document: Document): Document {
  if (document.status === 'ready') return document;
  throw new Error(`${document.filename}: ${JSON.stringify(document.error)}`);
}
