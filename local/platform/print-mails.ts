import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const POLL_MS = 300;

/** Prints each mail that arrives in the local mailbox from now on: whom it is for, and the link in it. */
export function printMails(directory: string, print: (line: string) => void): () => void {
  const seen = new Set(mailsIn(directory));
  const timer = setInterval(() => {
    for (const file of mailsIn(directory)) {
      if (seen.has(file)) continue;
      seen.add(file);
      print(describe(path.join(directory, file)));
    }
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function mailsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch {
    // The first mail makes the directory.
    return [];
  }
}

function describe(file: string): string {
  const { to, subject, text } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const [link = ''] = /https?:\/\/\S+/.exec(text ?? '') ?? [];
  return `Mail to ${to}: ${subject}\n  ${link}`;
}
