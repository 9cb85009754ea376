import { isHidden } from './file-types.ts';

/** A file that was chosen or dropped, with the path of its folder. */
export type PickedFile = { file: File; folder: string };

/** The files of a file chooser; those of a folder know their path. */
export function pickedFiles(list: FileList | null): PickedFile[] {
  return [...(list ?? [])]
    .filter(({ name }) => !isHidden(name))
    .map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') }));
}

/** The dropped files, those within dropped folders too. Must be called while the drop event is handled. */
export async function droppedFiles({ items }: DataTransfer): Promise<PickedFile[]> {
  // The list is empty as soon as the event is over.
  const dropped = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: PickedFile[] = [];
  for (const { entry, file } of dropped) {
    // What comes from another page than the system's file manager is no entry.
    if (entry) files.push(...(await filesOf(entry, '')));
    else if (file) files.push({ file, folder: '' });
  }
  return files.filter(({ file }) => !isHidden(file.name));
}

async function filesOf(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, folder }];
  }
  if (!isDirectory(entry)) return [];
  const files: PickedFile[] = [];
  for (const each of await readAll(entry.createReader()))
    files.push(...(await filesOf(each, folder ? `${folder}/${entry.name}` : entry.name)));
  return files;
}

/** A reader gives at most 100 entries at once. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
