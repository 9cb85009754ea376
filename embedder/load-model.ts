import { resolve } from 'node:path';
import { config } from '#shared/config.ts';
import { log } from '#shared/log.ts';
import { getManifest, HASHING_MODEL, type ModelManifest } from './manifest.ts';
import { type EmbeddingModel, openModel } from './model.ts';
import { isOnDisk } from './verify-file.ts';

/**
 * Loads the wanted model (the setting `EMBEDDING_MODEL` unless named) from the models folder. Where it was not
 * downloaded, `builtin/hashing` serves instead, and one line says so; a damaged one is an error.
 * @throws Error with one clear sentence when the model cannot be used
 */
export async function loadModel(
  manifest: ModelManifest | undefined,
  onCrash: () => void,
): Promise<EmbeddingModel> {
  const settings = config('embedder_server');
  const modelsDir = resolve(settings.MODELS_DIR);
  const wanted = manifest ?? getManifest(settings.EMBEDDING_MODEL);
  const found = await isOnDisk(modelsDir, wanted);
  if (!found) {
    log.warn(
      `No model ${wanted.id} in ${modelsDir}: serving ${HASHING_MODEL.id}, which compares spelling, not meaning. ` +
        '`npm run model` downloads the model.',
    );
  }
  return await openModel({
    manifest: found ? wanted : HASHING_MODEL,
    modelsDir,
    onCrash(error) {
      onCrash();
      log.error(error.message, error);
    },
  });
}
