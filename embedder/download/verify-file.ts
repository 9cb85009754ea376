import { createHash, type Hash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelManifest, manifestCommand, modelFolder } from './manifest.ts';

/** Hashes a file in slices of 1 MiB, through one buffer. */
export async function sha256OfFile(path: string): Promise<Hash> {
  const hash = createHash('sha256');
  const slice = Buffer.allocUnsafe(1 << 20);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(slice, 0, slice.length, null);
      if (bytesRead === 0) return hash;
      hash.update(slice.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Size of a file in bytes, or null when it does not exist. */
export async function fileSize(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}

/**
 * Whether every file of the model is on disk. False for a model that was not downloaded, and for a download that
 * stopped before its end.
 */
export async function isOnDisk(modelsDir: string, model: ModelManifest): Promise<boolean> {
  const sizes = await Promise.all(
    model.files.map(({ path }) => fileSize(join(modelFolder(modelsDir, model), path))),
  );
  return sizes.every((size) => size !== null);
}

/**
 * Checks size and SHA-256 of every file of a model, so that a truncated or replaced file never produces vectors. 118 MB
 * take about 0.1 s with the CPU's SHA instructions.
 * @throws Error naming the file, its fault and the command that repairs it
 */
export async function verifyModelFiles(modelsDir: string, model: ModelManifest): Promise<void> {
  for (const { path, bytes, sha256 } of model.files) {
    const file = join(modelFolder(modelsDir, model), path);
    const size = await fileSize(file);
    const repair = repairOf(model);
    if (size === null) throw new Error(`Model file ${file} is missing. ${repair}`);
    if (size !== bytes) {
      throw new Error(`Model file ${file} is damaged: ${size} bytes instead of ${bytes}. ${repair}`);
    }
    if ((await sha256OfFile(file)).digest('hex') !== sha256) {
      throw new Error(`Model file ${file} is damaged: its SHA-256 is not the pinned one. ${repair}`);
    }
  }
}

function repairOf({ id, folder }: ModelManifest): string {
  if (!folder) return `Run \`npm run model -- ${id}\`.`;
  return `Copy it again, or, if the model was changed on purpose, run \`${manifestCommand(folder)}\`.`;
}
