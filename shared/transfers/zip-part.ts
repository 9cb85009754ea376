import { type Zippable, type ZippableFile, zipSync } from 'fflate';

export type PartEntry = { name: string; bytes: Uint8Array };

/** A part ends with the entry that reaches this size, so that a worker can hold it in memory. */
const PART_BYTES = 48 * 1_048_576;
const MAX_ENTRIES = 4_000;
/** Formats that are compressed already. */
const COMPRESSED = /\.(?:pdf|docx|pptx|xlsx|hwpx|hwp)$/i;

/** One ZIP file under construction, in memory. */
export class ZipPart {
  readonly #entries: Zippable = {};
  #bytes = 0;
  #count = 0;

  add({ name, bytes }: PartEntry): void {
    const file: ZippableFile = [bytes, { level: COMPRESSED.test(name) ? 0 : 6 }];
    this.#entries[name] = file;
    this.#bytes += bytes.length;
    this.#count += 1;
  }

  addJson(name: string, value: unknown): void {
    this.add({ name, bytes: Buffer.from(JSON.stringify(value, null, 1)) });
  }

  get isFull(): boolean {
    return this.#bytes >= PART_BYTES || this.#count >= MAX_ENTRIES;
  }

  finish(): Uint8Array {
    return zipSync(this.#entries);
  }
}
