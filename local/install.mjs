/**
 * Installs the packages when they are missing or were installed from another package-lock.json. Plain JavaScript
 * without dependencies: it runs before there are any, on any Node from 20 on. The npm scripts go on with the
 * Node 24 that it installed:
 *   node local/install.mjs && node_modules/.bin/node local/start.ts
 * (by its path, since a shell that has already looked up `node` would go on with the old one).
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
const at = (...parts) => path.join(root, ...parts);
const stampFile = at('node_modules', '.installed-from');
const env = {
  ...process.env,
  // The CPU library is in the package itself; its script would fetch the one for GPUs.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
};

const wanted = createHash('sha256')
  .update(readFileSync(at('package-lock.json')))
  .digest('hex');

if (!isInstalled()) {
  try {
    await install();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** Whether node_modules is whole and comes from this very lock file. */
function isInstalled() {
  if (!existsSync(at('node_modules', '.bin', 'node'))) return false;
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === wanted;
  // Installed by hand, as npm's own note says; its time is all there is to go by.
  const note = at('node_modules', '.package-lock.json');
  if (!existsSync(note) || statSync(note).mtimeMs < statSync(at('package-lock.json')).mtimeMs) return false;
  writeFileSync(stampFile, wanted);
  return true;
}

async function install() {
  // Until the end no part of it counts: an installation that was broken off is done again.
  mkdirSync(at('node_modules'), { recursive: true });
  writeFileSync(stampFile, 'unfinished');
  const startedAt = Date.now();
  const packages = Object.keys(JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages);
  const total = packages.filter((name) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(name)).length;
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  print('Installing packages (only when they have changed)');
  const timer = setInterval(() => {
    const text = `Installing packages: ${Math.min(countPackages(), total)} of ${total}, ${seconds()} s`;
    if (process.stdout.isTTY) print(text);
  }, 250);
  try {
    // Not `npm ci`: it refuses a lock file that was written where the registry does not carry the binaries of
    // every other platform. This keeps to the lock file's versions all the same, and never writes to it.
    await npm(
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--progress=false',
      '--loglevel=error',
    );
    // .npmrc keeps every install script from running; these few packages do not work without theirs.
    const scripted = packagesWithScripts();
    if (scripted.length > 0) await npm('rebuild', '--ignore-scripts=false', ...scripted);
  } finally {
    clearInterval(timer);
  }
  writeFileSync(stampFile, wanted);
  print(`Installed ${total} packages in ${seconds()} s\n`);
}

/** The packages that package.json allows an install script, as far as this machine's platform has them. */
function packagesWithScripts() {
  const { allowScripts = {} } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  return Object.keys(allowScripts).filter(
    (name) => allowScripts[name] && existsSync(at('node_modules', name)),
  );
}

function countPackages() {
  const names = namesIn(at('node_modules'));
  const scopes = names.filter((name) => name.startsWith('@'));
  const scoped = scopes.reduce((sum, scope) => sum + namesIn(at('node_modules', scope)).length, 0);
  return names.length - scopes.length + scoped;
}

function namesIn(directory) {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** One line that is written over; in a log, a line each. */
function print(text) {
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
}

/** Runs npm (the one that runs this, where there is one) and fails with the end of what it said. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  const useCli = cli !== undefined && /\.[cm]?js$/.test(cli);
  const [command, first] = useCli ? [process.execPath, [cli]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output = `${output}${chunk}`.slice(-4000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Error(`npm could not be run: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ${args[0]} failed (exit code ${code}):\n${output.trim()}`));
    });
  });
}
