import { canRun, findOnPath } from '#local/platform/executables.ts';
import { findRedisServer, INSTALL_REDIS } from '#local/platform/redis.ts';

/** Programs that npm does not install: how to find each, and the command that installs it. */
const PROGRAMS = {
  'redis-server': { find: findRedisServer, install: INSTALL_REDIS },
  chromium: {
    find: findChromium,
    install: process.platform === 'darwin' ? 'brew install --cask chromium' : 'sudo apt-get install chromium',
  },
};

/**
 * A suite that needs a program. Without the program the suite is skipped, and its name shows the command that installs
 * it. Where everything is required (`CI`, set by `.ci/run`), it fails with that command instead.
 * @param body receives the program's path
 */
export function describeWith(
  program: keyof typeof PROGRAMS,
  name: string,
  body: (binary: string) => void,
): void {
  const { find, install } = PROGRAMS[program];
  const binary = find();
  if (binary !== null) {
    describe(name, () => body(binary));
    return;
  }
  const reason = `${name} (needs ${program}: ${install})`;
  if (process.env.CI) {
    test(reason, () => {
      throw new Error(`${program} is not on this machine. Install it: ${install}`);
    });
  } else describe.skip(reason, () => body(''));
}

function findChromium(): string | null {
  const chosen = process.env.CHROMIUM_PATH ?? '';
  if (chosen !== '' && canRun(chosen)) return chosen;
  const applications = ['Chromium', 'Google Chrome'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  );
  return (
    findOnPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
    applications.find(canRun) ??
    null
  );
}
