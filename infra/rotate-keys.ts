import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readOrCreateSecrets } from '#local/platform/data-directory.ts';
import { readAddedKeys, writeKeyFiles } from '#local/platform/key-files.ts';
import { readRing } from '#shared/auth/key-ring.ts';
import { addKey, withoutExpired } from '#shared/auth/rotate-ring.ts';
import { servicePublicKeys } from '#shared/auth/service-token.ts';
import type { RingKey } from '#shared/core/key-settings.ts';
import { changeSecret, readFields, writeSecret } from '#shared/core/write-secret.ts';
import { openAws } from './doctor/aws.ts';
import { readStage, type Stage } from './doctor/stage.ts';

/**
 * `npm run keys:rotate [-- --stage prod] [--keys signing|pepper|database] [--leaked]`: a new key beside the older ones,
 * which stay accepted, so that nobody notices. Without a stage: the keys of `npm start`.
 */
const USAGE =
  'npm run keys:rotate [-- --stage <stage>] [--keys signing|pepper|database] [--leaked] [--data-dir .data]';

/** Functions read their keys again every five minutes, local processes within five seconds. */
const DELAY_MS = { stage: 900_000, local: 15_000 };

const KINDS = ['signing', 'pepper', 'database'] as const;
type Kind = (typeof KINDS)[number];

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stage: { type: 'string' },
      keys: { type: 'string', default: 'signing' },
      leaked: { type: 'boolean', default: false },
      'data-dir': { type: 'string', default: '.data' },
    },
  });
  const kind = KINDS.find((each) => each === values.keys);
  const leaked = values.leaked;
  if (!kind || (leaked && kind !== 'signing')) throw new Error(USAGE);
  const delayMs = leaked ? 0 : DELAY_MS[values.stage ? 'stage' : 'local'];
  const rotation = { activeFrom: new Date(Date.now() + delayMs), leaked };
  if (values.stage) await rotateStage(readStage(values.stage), kind, rotation);
  else rotateLocal(values['data-dir'], kind, rotation);
  process.stdout.write(describe(kind, rotation));
}

type Rotation = { activeFrom: Date; leaked: boolean };

function describe(kind: Kind, { activeFrom, leaked }: Rotation): string {
  if (kind === 'database') return 'The logins of requests and of the sweep have new passwords.\n';
  const when = `A new ${kind} key holds from ${activeFrom.toISOString()} on.`;
  if (kind === 'pepper') return `${when} The hash of each API key is renewed when the key is next used.\n`;
  return leaked
    ? `${when} Everything signed by older keys is refused: all have to sign in again; API keys go on.\n`
    : `${when} What older keys signed stays accepted for 31 days.\n`;
}

async function rotateStage(stage: Stage, kind: Kind, rotation: Rotation): Promise<void> {
  process.env.AWS_REGION ??= stage.region;
  const { secretsPrefix: prefix } = stage;
  if (kind === 'signing') await rotateSigning(prefix, rotation);
  if (kind === 'pepper')
    await changeSecret(`${prefix}api-key-pepper`, (values) => ({
      ...values,
      peppers: addKey(ringIn(values.peppers), rotation),
    }));
  if (kind === 'database') await rotateDatabase(stage);
}

/** The embedder's public keys come first, so that it knows a key before anything is signed with it. */
async function rotateSigning(prefix: string, rotation: Rotation): Promise<void> {
  const values = await readFields(`${prefix}jwt`);
  const ring = withoutExpired(addKey(ringIn(values.signing_keys), rotation));
  const public_keys = servicePublicKeys(readRing(String(values.secret_key), ring));
  await writeSecret(`${prefix}service-public-keys`, { public_keys });
  await writeSecret(`${prefix}jwt`, { ...values, signing_keys: ring });
}

function ringIn(field: unknown): RingKey[] {
  return Array.isArray(field) ? (field as RingKey[]) : [];
}

/** By the function that knows the owner's login: it changes password and secret in one transaction. */
async function rotateDatabase({ region, stack }: Stage): Promise<void> {
  const result = path.join(tmpdir(), `${stack}-rotated.json`);
  const payload = ['--cli-binary-format', 'raw-in-base64-out', '--payload', '{"rotate":"database"}'];
  const { FunctionError } = await openAws(region)<{ FunctionError?: string }>(
    'lambda',
    'invoke',
    '--function-name',
    `${stack}-migrate`,
    ...payload,
    result,
  );
  if (FunctionError) throw new Error(`The rotation failed; its reason is in ${result} and in the log.`);
}

function rotateLocal(dataDir: string, kind: Kind, rotation: Rotation): void {
  if (kind === 'database')
    throw new Error('The passwords of a local database are in its data directory; name a stage.');
  const added = readAddedKeys(dataDir);
  const firstSecret = process.env.JWT_SECRET ?? readOrCreateSecrets(dataDir).jwtSecret;
  const { SIGNING_KEYS, API_KEY_PEPPERS } = added;
  if (kind === 'pepper')
    writeKeyFiles(dataDir, firstSecret, { ...added, API_KEY_PEPPERS: addKey(API_KEY_PEPPERS, rotation) });
  else
    writeKeyFiles(dataDir, firstSecret, {
      ...added,
      SIGNING_KEYS: withoutExpired(addKey(SIGNING_KEYS, rotation)),
    });
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
