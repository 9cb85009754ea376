/**
 * Installs the packages when they are missing or come from another package-lock.json. It is plain JavaScript without
 * dependencies, since it runs before any is installed, on Node 20 or newer. The npm scripts then use the Node 24 that it
 * has installed:
 *   node local/install.mjs && node_modules/.bin/node local/start.ts
 * They name its path: a shell that has looked up `node` before would use the old one.
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
  // The package contains the CPU library; its install script would download the one for GPUs.
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

/** Whether node_modules is complete and comes from this lock file. */
function isInstalled() {
  if (!existsSync(at('node_modules', '.bin', 'node'))) return false;
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === wanted;
  // Installed by hand: npm's own note has no hash of the lock file, so compare the times of the two files.
  const note = at('node_modules', '.package-lock.json');
  if (!existsSync(note) || statSync(note).mtimeMs < statSync(at('package-lock.json')).mtimeMs) return false;
  writeFileSync(stampFile, wanted);
  return true;
}

async function install() {
  // The stamp stays invalid until the end, so that an interrupted installation is repeated.
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
    // `npm ci` would refuse this lock file: it lacks the optional binaries of other platforms. `npm install` keeps to
    // the versions of the lock file too, and with --no-save does not write to it.
    await npm(
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--progress=false',
      '--loglevel=error',
    );
    // .npmrc disables all install scripts. A few packages do not work without theirs.
    const scripted = packagesWithScripts();
    if (scripted.length > 0) await npm('rebuild', '--ignore-scripts=false', ...scripted);
  } finally {
    clearInterval(timer);
  }
  writeFileSync(stampFile, wanted);
  print(`Installed ${total} packages in ${seconds()} s\n`);
}

/** The installed packages whose install script package.json allows. */
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

/** Prints a line; at a terminal it replaces the one before. */
function print(text) {
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
}

/** Runs npm, the same one that runs this script if any. @throws Error with the end of its output */
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
