import { useSyncExternalStore } from 'react';
import type { PickedFile } from './dropped-files.ts';
import { contentTypeOf } from './file-types.ts';
import { sendFile } from './send-file.ts';

export type OnDuplicate = 'keep' | 'replace';

/** A file on its way. `sent` files are documents, whose further steps the API tells. */
export type UploadItem = PickedFile & {
  key: number;
  teamId: string;
  collectionId: string | null;
  onDuplicate: OnDuplicate;
  phase: 'waiting' | 'uploading' | 'sent' | 'failed' | 'refused' | 'skipped';
  /** Of the file that has been sent, from 0 to 1. */
  share: number;
  documentId: string | null;
  /** Why it failed, or why it was refused. */
  problem: unknown;
};

export type NewUpload = PickedFile &
  Pick<UploadItem, 'teamId' | 'collectionId' | 'onDuplicate'> & { phase: 'waiting' | 'refused' | 'skipped' };

/** Files that are sent at the same time: more would only share the line. */
const PARALLEL = 3;

/** Uploads go on while one looks at other pages, so they live outside of the components. */
let items: readonly UploadItem[] = [];
let lastKey = 0;
const listeners = new Set<() => void>();
const stops = new Map<number, AbortController>();

function change(key: number, changes: Partial<UploadItem>): void {
  publish(items.map((item) => (item.key === key ? { ...item, ...changes } : item)));
}

function publish(next: readonly UploadItem[]): void {
  items = next;
  for (const listener of listeners) listener();
}

/** Adds files; those that wait are sent one after the other. */
export function addUploads(added: NewUpload[]): void {
  const made = added.map((each): UploadItem => {
    lastKey += 1;
    return { ...each, key: lastKey, share: 0, documentId: null, problem: null };
  });
  publish([...items, ...made]);
  sendNext();
}

/** Sends a failed file again. */
export function retryUpload(key: number): void {
  change(key, { phase: 'waiting', share: 0, problem: null });
  sendNext();
}

/** Stops a file that is on its way, or takes it off the list. */
export function removeUpload(key: number): void {
  stops.get(key)?.abort();
  publish(items.filter((item) => item.key !== key));
}

/** Takes the files off the list of which nothing is expected any more. */
export function clearUploads(keys: number[]): void {
  publish(items.filter(({ key }) => !keys.includes(key)));
}

function sendNext(): void {
  const free = PARALLEL - items.filter(({ phase }) => phase === 'uploading').length;
  for (const item of items.filter(({ phase }) => phase === 'waiting').slice(0, Math.max(free, 0)))
    void send(item);
}

function isUploading(): boolean {
  return items.some(({ phase }) => phase === 'uploading' || phase === 'waiting');
}

async function send(item: UploadItem): Promise<void> {
  const { key } = item;
  const stop = new AbortController();
  stops.set(key, stop);
  change(key, { phase: 'uploading' });
  try {
    const { id } = await sendFile({
      ...item,
      contentType: contentTypeOf(item.file.name) ?? '',
      signal: stop.signal,
      onShare: (share) => change(key, { share }),
    });
    change(key, { phase: 'sent', share: 1, documentId: id });
  } catch (problem) {
    if (!stop.signal.aborted) change(key, { phase: 'failed', problem });
  } finally {
    stops.delete(key);
    sendNext();
  }
}

// Leaving the page would cut what is on its way: the browser asks first.
window.addEventListener('beforeunload', (event) => {
  if (isUploading()) event.preventDefault();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The files of a team that are or were on their way since the page was loaded. */
export function useUploads(teamId: string): UploadItem[] {
  const all = useSyncExternalStore(subscribe, () => items);
  return all.filter((item) => item.teamId === teamId);
}
