import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PATTERNS, type Pattern } from './patterns.ts';
import { SUBJECTS } from './subjects.ts';

/**
 * `npm run fuzz:growth` calls each function that gets foreign text with hostile texts of 6,000 and 24,000 characters, and
 * prints where the processor's time grows by more than 2.6 for each doubling: those are not linear. Each function has a
 * process of its own, which is ended after some minutes. `npm run fuzz:growth -- <name> …` tries only these functions.
 * Exits with 1 where anything was found.
 */
const MAX_GROWTH = 2.6;
const CHARACTERS = 6_000;
/** Shorter times are noise. */
const LEAST_MS = 1;
const ROUNDS = 3;
const TIMEOUT_MS = 120_000;
/** After so many findings a function is known to be faulty. */
const ENOUGH = 12;
/**
 * One thread, so that the processor's time is that of the function, whatever else runs on the machine. A large young heap,
 * since the collector's time grows faster than the text.
 */
const FLAGS = ['--single-threaded', '--max-semi-space-size=256'];

type Finding = { pattern: string; ms: number; growth: number };

async function timeOf(subject: (text: string) => unknown, text: string, rounds: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const start = process.cpuUsage();
    try {
      await subject(text);
    } catch {
      // Refusing a text is right as well.
    }
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

async function measure(subject: (text: string) => unknown, { name, make }: Pattern): Promise<Finding | null> {
  const short = make(CHARACTERS);
  if ((await timeOf(subject, short, 1)) < LEAST_MS) return null;
  const ms = await timeOf(subject, short, ROUNDS);
  const long = await timeOf(subject, make(CHARACTERS * 4), ROUNDS);
  const growth = Math.sqrt(long / ms);
  return ms >= LEAST_MS && growth > MAX_GROWTH ? { pattern: name, ms: long, growth } : null;
}

async function measureSubject(name: string): Promise<void> {
  const subject = SUBJECTS[name];
  if (!subject) throw new Error(`There is no function ${name}.`);
  let found = 0;
  for (const pattern of PATTERNS) {
    const finding = await measure(subject, pattern);
    if (!finding) continue;
    const { pattern: text, ms, growth } = finding;
    console.log(`${name} ${text}: ${ms.toFixed(1)} ms at ${CHARACTERS * 4}, ×${growth.toFixed(1)}`);
    process.exitCode = 1;
    found += 1;
    if (found === ENOUGH) return;
  }
}

function measureInProcess(name: string): boolean {
  const child = spawnSync(process.execPath, [...FLAGS, fileURLToPath(import.meta.url), '--one', name], {
    stdio: 'inherit',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  if (child.signal) console.log(`${name}: not done after ${TIMEOUT_MS / 1000} s`);
  return child.status === 0;
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--one') await measureSubject(rest[0] ?? '');
else {
  const names = first ? [first, ...rest] : Object.keys(SUBJECTS);
  const linear = names.filter((name) => measureInProcess(name));
  console.log(`${linear.length} of ${names.length} functions are linear in ${PATTERNS.length} patterns`);
  process.exitCode = linear.length === names.length ? 0 : 1;
}
