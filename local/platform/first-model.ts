import path from 'node:path';
import { downloadModel } from '#embedder/download/download.ts';
import { getManifest, type ModelManifest } from '#embedder/download/manifest.ts';
import { isOnDisk } from '#embedder/download/verify-file.ts';
import { ROOT } from './options.ts';

/** A hub that has not answered by then is treated as out of reach: the platform starts without the model. */
const REACH_TIMEOUT_MS = 4_000;

/** Settings of the section `embedder_server`. */
type ModelSettings = {
  EMBEDDING_MODEL: string;
  MODELS_DIR: string;
  MODEL_HUB_URL: string;
  /** `false` leaves the download to `npm run model`. Only `npm start` reads it. */
  MODEL_DOWNLOAD?: string | undefined;
};

export type FirstModel = { manifest: ModelManifest; modelsDir: string; hubUrl: string };

/** The model that the first start downloads; null when it is on disk, built in, a folder, or not to be downloaded. */
export async function findFirstModel(settings: ModelSettings): Promise<FirstModel | null> {
  const manifest = settings.MODEL_DOWNLOAD === 'false' ? null : findOnHub(settings.EMBEDDING_MODEL);
  const modelsDir = path.resolve(ROOT, settings.MODELS_DIR);
  if (!manifest || (await isOnDisk(modelsDir, manifest))) return null;
  return { manifest, modelsDir, hubUrl: settings.MODEL_HUB_URL };
}

/**
 * Downloads the embedding model before the first start, so that a newcomer's first answer is found by meaning. An
 * interrupted download continues at the next start.
 * @param report gets the progress, one short text at a time
 * @returns why the model is not there after all, in a sentence for a person; null when it is
 */
export async function fetchFirstModel(
  { manifest, modelsDir, hubUrl }: FirstModel,
  report: (text: string) => void,
): Promise<string | null> {
  const until = `search compares spelling until \`npm run model\` has downloaded ${manifest.id}.`;
  if (!(await answers(hubUrl))) return `The model hub ${hubUrl} cannot be reached: ${until}`;
  try {
    await downloadModel({ manifest, modelsDir, hubUrl, output: { write: (text) => report(lastLine(text)) } });
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `${reason} S${until.slice(1)}`;
  }
}

function findOnHub(name: string): ModelManifest | null {
  try {
    const manifest = getManifest(name);
    return manifest.files.length > 0 ? manifest : null;
  } catch {
    // An unknown name is reported by the embedder, with the names that it knows.
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) }).catch(
    () => null,
  );
  return response !== null;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
