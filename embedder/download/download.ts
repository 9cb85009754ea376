import { join, resolve } from 'node:path';
import { config, loadConfig } from '#shared/core/config.ts';
import { fetchFile } from './fetch-file.ts';
import { type ModelManifest, modelFolder } from './manifest.ts';
import { findManifest } from './model-folder.ts';
import { Progress, type ProgressOutput } from './progress.ts';
import { verifyModelFiles } from './verify-file.ts';
import { readManifestArgs, terminalAsk, writeManifest } from './write-manifest.ts';

type DownloadOptions = {
  manifest: ModelManifest;
  modelsDir: string;
  /** The hub, or a mirror with the same paths: `<hub>/<repository>/resolve/<revision>/<file>`. */
  hubUrl: string;
  output: ProgressOutput;
  retryDelayMs?: number;
};

/**
 * Downloads the missing files of a model and verifies all of them. A model of one's own is only verified.
 * @throws Error when the hub cannot be reached, or serves other bytes than the pinned ones
 */
export async function downloadModel(options: DownloadOptions): Promise<void> {
  const { manifest, modelsDir, output } = options;
  if (manifest.files.length === 0) {
    output.write(`${manifest.id} is built in: there is nothing to download.\n`);
    return;
  }
  const folder = modelFolder(modelsDir, manifest);
  if (manifest.folder) await verifyModelFiles(modelsDir, manifest);
  else await downloadFiles(options, folder);
  output.write(`Model ${manifest.id} (${manifest.license}) is complete and verified in ${folder}\n`);
}

async function downloadFiles(options: DownloadOptions, folder: string): Promise<void> {
  const { manifest, hubUrl, output, retryDelayMs } = options;
  for (const file of manifest.files) {
    const progress = new Progress(output, { name: file.path, bytes: file.bytes });
    const downloaded = await fetchFile({
      url: `${hubUrl}/${manifest.repository}/resolve/${manifest.revision}/${file.path}`,
      target: join(folder, file.path),
      file,
      onProgress: (bytes) => progress.update(bytes),
      ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    });
    if (!downloaded) output.write(`${file.path}  is here already\n`);
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const writing = readManifestArgs(args);
  if (writing) {
    const folder = resolve(writing.folder);
    await writeManifest({ ...writing, folder, output: process.stdout, ask: terminalAsk() });
    return;
  }
  await loadConfig('embedder_server');
  const { EMBEDDING_MODEL, MODELS_DIR, MODEL_HUB_URL } = config('embedder_server');
  await downloadModel({
    manifest: await findManifest(args[0] ?? EMBEDDING_MODEL),
    modelsDir: resolve(MODELS_DIR),
    hubUrl: MODEL_HUB_URL,
    output: process.stdout,
  });
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
