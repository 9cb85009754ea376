import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bot, Document, Me, Model, NewApiKey, Team, Upload } from '#clients/openapi-types/api.d.ts';
import { SCOPES } from '#shared/core/roles.ts';
import { type Api, ApiError, apiClient } from './api-client.ts';
import {
  DEMO_BOTS,
  DEMO_EMAIL,
  DEMO_TEAM,
  type Demo,
  readDemo,
  type Sample,
  sampleDocuments,
  writeDemo,
} from './demo.ts';
import { signIn } from './sign-in.ts';

type List<T> = { data: T[]; next_cursor: string | null };

type SeedOptions = {
  url: string;
  dataDir: string;
  /** Called with the current step. */
  report(text: string): void;
  /** Called with the problem of one document; the other documents go on. */
  warn(text: string): void;
  samples?: Sample[];
};

const POLL_MS = 250;
const DOCUMENT_TIMEOUT_MS = 180_000;

/**
 * Creates the demo: a team, a Korean and an English bot, the sample documents and an API key. All requests go through the
 * public HTTP API. What exists already stays as it is, so this can run at every start.
 */
export async function seed(options: SeedOptions): Promise<Demo> {
  const { url, dataDir, report, warn, samples = sampleDocuments() } = options;
  const kept = readDemo(dataDir);
  if (kept && (await isComplete(apiClient(url, kept.apiKey), kept, samples))) return kept;
  report(`signing in as ${DEMO_EMAIL}`);
  const { accessToken } = await signIn(url, DEMO_EMAIL);
  const api = apiClient(url, accessToken);
  const teamId = await findOrCreateTeam(api);
  const bots = {
    ko: await findOrCreateBot(api, teamId, DEMO_BOTS.ko),
    en: await findOrCreateBot(api, teamId, DEMO_BOTS.en),
  };
  const apiKey = (await findWorkingKey(url, kept, teamId)) ?? (await createKey(api, teamId));
  const demo = { apiKey, teamId, bots };
  writeDemo(dataDir, demo);
  await addDocuments(api, teamId, { samples, report, warn });
  return demo;
}

async function isComplete(api: Api, demo: Demo, samples: Sample[]): Promise<boolean> {
  try {
    const { data } = await api.get<List<Model>>('/v1/models');
    const documents = await listAll<Document>(api, `/v1/teams/${demo.teamId}/documents`);
    const ready = new Set(
      documents.filter(({ status }) => status === 'ready').map(({ filename }) => filename),
    );
    const bots = new Set(data.map(({ id }) => id));
    return (
      bots.has(demo.bots.ko) && bots.has(demo.bots.en) && samples.every(({ filename }) => ready.has(filename))
    );
  } catch (error) {
    // The key or the team has been deleted: create the demo again.
    if (error instanceof ApiError && error.status < 500) return false;
    throw error;
  }
}

async function findOrCreateTeam(api: Api): Promise<string> {
  const { teams } = await api.get<Me>('/v1/me');
  const found = teams.find(({ name, role }) => name === DEMO_TEAM && role === 'owner');
  return (found ?? (await api.post<Team>('/v1/teams', { name: DEMO_TEAM }))).id;
}

async function findOrCreateBot(api: Api, teamId: string, wanted: { name: string }): Promise<string> {
  const bots = await listAll<Bot>(api, `/v1/teams/${teamId}/bots`);
  const found = bots.find(({ name }) => name === wanted.name);
  return (found ?? (await api.post<Bot>(`/v1/teams/${teamId}/bots`, wanted))).id;
}

async function findWorkingKey(url: string, kept: Demo | null, teamId: string): Promise<string | null> {
  if (kept?.teamId !== teamId) return null;
  try {
    await apiClient(url, kept.apiKey).get('/v1/models');
    return kept.apiKey;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return null;
    throw error;
  }
}

async function createKey(api: Api, teamId: string): Promise<string> {
  const body = { name: 'Demo key', scopes: SCOPES };
  return (await api.post<NewApiKey>(`/v1/teams/${teamId}/api-keys`, body)).key;
}

type Documents = Pick<SeedOptions, 'report' | 'warn'> & { samples: Sample[] };

async function addDocuments(api: Api, teamId: string, { samples, report, warn }: Documents): Promise<void> {
  const path = `/v1/teams/${teamId}/documents`;
  const there = await listAll<Document>(api, path);
  let done = 0;
  const progress = () => report(`documents ${done} of ${samples.length} ready`);
  progress();
  await Promise.all(
    samples.map(async (sample) => {
      const isUsable = ({ filename, status }: Document) =>
        filename === sample.filename && !['failed', 'deleting', 'pending_upload'].includes(status);
      const id = there.find(isUsable)?.id ?? (await upload(api, path, sample));
      const problem = await untilReady(api, `${path}/${id}`);
      if (problem) return warn(`${sample.filename}: ${problem}`);
      done += 1;
      progress();
    }),
  );
}

async function upload(api: Api, path: string, { file, filename, contentType }: Sample): Promise<string> {
  const { document, upload } = await api.post<{ document: Document; upload: Upload }>(path, {
    filename,
    content_type: contentType,
    size_bytes: (await stat(file)).size,
    on_duplicate: 'replace',
    // Tells the samples from documents of one's own.
    metadata: { demo: true },
  });
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', await openAsBlob(file), filename);
  const response = await fetch(upload.url, { method: 'POST', body: form });
  if (!response.ok) throw new ApiError(`The upload of ${filename}`, response.status, await response.text());
  return document.id;
}

/** Waits until a document is ready. @returns null, or the problem that a person should see */
async function untilReady(api: Api, path: string): Promise<string | null> {
  const deadline = Date.now() + DOCUMENT_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { status, error } = await api.get<Document>(path);
    if (status === 'ready') return null;
    if (status === 'failed') return error?.message ?? 'failed';
    await delay(POLL_MS);
  }
  return 'is still being processed; it will be ready later';
}

async function listAll<T>(api: Api, path: string): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: List<T> = await api.get(
      `${path}?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    found.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}
