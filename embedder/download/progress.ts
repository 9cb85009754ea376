/** The output for progress: a terminal shows one line that changes, a log gets a line per tenth. */
export type ProgressOutput = { isTTY?: boolean; write(text: string): unknown };

const BAR_WIDTH = 24;
const LOG_STEP = 0.1;
const MEGABYTE = 1_000_000;

/** Shows the progress of a file's download; `now` is in milliseconds. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #name: string;
  readonly #total: number;
  readonly #now: () => number;
  #first: { bytes: number; at: number } | undefined;
  #shown = -1;

  constructor(output: ProgressOutput, file: { name: string; bytes: number; now?: () => number }) {
    this.#output = output;
    this.#name = file.name;
    this.#total = file.bytes;
    this.#now = file.now ?? (() => performance.now());
  }

  /** @param bytes bytes of the file on disk, those of earlier downloads included */
  update(bytes: number): void {
    this.#first ??= { bytes, at: this.#now() };
    const share = bytes / this.#total;
    const step = this.#output.isTTY ? 0.005 : LOG_STEP;
    if (share < this.#shown + step && bytes < this.#total) return;
    this.#shown = share;
    const line = `${this.#name}  ${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} %  ${this.#rate(bytes)}`;
    if (!this.#output.isTTY) this.#output.write(`${line}\n`);
    else this.#output.write(`\r\u001B[K${line}${bytes >= this.#total ? '\n' : ''}`);
  }

  #rate(bytes: number): string {
    const sizes = `${megabytes(bytes)} of ${megabytes(this.#total)} MB`;
    const seconds = (this.#now() - (this.#first?.at ?? 0)) / 1_000;
    const speed = (bytes - (this.#first?.bytes ?? 0)) / seconds;
    if (!(speed > 0) || !Number.isFinite(speed)) return sizes;
    const left = Math.ceil((this.#total - bytes) / speed);
    return `${sizes}  ${megabytes(speed)} MB/s${left > 0 ? `  ${left} s left` : ''}`;
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}
