import path from 'node:path';
import { downloadModel } from '#embedder/download/download.ts';
import { getManifest, type ModelManifest } from '#embedder/download/manifest.ts';
import { isOnDisk } from '#embedder/download/verify-file.ts';
import { ROOT } from './options.ts';

const DEFAULT_MODEL = 'multilingual-e5-small';
const DEFAULT_HUB = 'https://huggingface.co';
/** A hub that has not answered by then is treated as out of reach: the platform starts without the model. */
const REACH_TIMEOUT_MS = 4_000;

type ModelSettings = {
  EMBEDDING_MODEL?: string | undefined;
  MODELS_DIR?: string | undefined;
  MODEL_HUB_URL?: string | undefined;
  /** `false` leaves the download to `npm run model`. */
  MODEL_DOWNLOAD?: string | undefined;
};

/**
 * Downloads the embedding model before the first start, so that a newcomer's first answer is found by meaning. An
 * interrupted download continues at the next start.
 * @param report gets the progress, one short text at a time
 * @returns why the model is not there after all, in a sentence for a person; null when it is, or is not wanted
 */
export async function fetchFirstModel(
  settings: ModelSettings,
  report: (text: string) => void,
): Promise<string | null> {
  const manifest = findDownloadable(settings);
  const modelsDir = path.resolve(ROOT, settings.MODELS_DIR || '.models');
  if (!manifest || (await isOnDisk(modelsDir, manifest))) return null;
  const hubUrl = (settings.MODEL_HUB_URL || DEFAULT_HUB).replace(/\/+$/, '');
  if (!(await answers(hubUrl))) {
    return `The model hub ${hubUrl} cannot be reached: search compares spelling until \`npm run model\` has downloaded ${manifest.id}.`;
  }
  try {
    await downloadModel({ manifest, modelsDir, hubUrl, output: { write: (text) => report(lastLine(text)) } });
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `${reason} Search compares spelling until \`npm run model\` has downloaded ${manifest.id}.`;
  }
}

/** Whether `fetchFirstModel` would download something: the wanted model comes from the hub and is not on disk. */
export async function needsFirstModel(settings: ModelSettings): Promise<boolean> {
  const manifest = findDownloadable(settings);
  return (
    manifest !== null && !(await isOnDisk(path.resolve(ROOT, settings.MODELS_DIR || '.models'), manifest))
  );
}

/** The wanted model when it comes from the hub; null for a built-in one, a folder, or when downloads are off. */
function findDownloadable({ EMBEDDING_MODEL, MODEL_DOWNLOAD }: ModelSettings): ModelManifest | null {
  if (MODEL_DOWNLOAD === 'false') return null;
  try {
    const manifest = getManifest(EMBEDDING_MODEL || DEFAULT_MODEL);
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
