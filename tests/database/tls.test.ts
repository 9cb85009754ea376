import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { freePorts } from '#local/platform/ports.ts';
import { DATABASE_USER, databaseIsReady, preparePostgres } from '#local/platform/postgres.ts';
import { createAuthority } from '#tests/support/certificates.ts';
import { runStatements } from '#tests/support/statements.ts';
import { temporaryDirectory } from '#tests/support/temporary.ts';
import { untilPasses } from '#tests/support/until.ts';

const CLIENT = fileURLToPath(new URL('../support/database-client.ts', import.meta.url));
const AURORA = 'rag.cluster-c1abcdefghij.ap-northeast-2.rds.amazonaws.com';
const password = 'secret of this cluster';

let server: ChildProcess;
let port: number;
/** The file with the authority that signed the server's certificate. */
let authority: string;

/** A separate PostgreSQL with TLS, whose certificate names `localhost` and a host of Aurora. */
beforeAll(async () => {
  const directory = temporaryDirectory('tls');
  [port = 0] = await freePorts(1);
  const options = { dataDir: directory, port, password, durable: false };
  const { file, args, env, account } = await preparePostgres(options);
  const { certificate, issue } = createAuthority();
  const own = issue(['localhost', AURORA]);
  const write = (name: string, content: string) => {
    const written = path.join(directory, name);
    writeFileSync(written, content, { mode: 0o600 });
    // PostgreSQL refuses a key that others can read, and runs under another account if the test runs as root.
    if (account) chownSync(written, account.uid, account.gid);
    return written;
  };
  authority = write('authority.pem', certificate);
  const flags = [
    `ssl_cert_file=${write('server.crt', own.certificate)}`,
    `ssl_key_file=${write('server.key', own.privateKey)}`,
  ].flatMap((setting) => ['-c', setting]);
  server = spawn(file, [...args, ...flags], { env, stdio: 'ignore', ...account });
  await untilPasses(async () => expect(await databaseIsReady(options)).toBe(true));
  await asOwner(`CREATE ROLE rag_app NOLOGIN; GRANT rag_app TO ${DATABASE_USER}`);
  // Without it, the role could not read the TLS state of its own connection.
  await asOwner('GRANT pg_read_all_stats TO rag_app');
  await setTls('on');
}, 60_000);

afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
});

async function asOwner(...statements: string[]): Promise<unknown[]> {
  const connection = { host: '127.0.0.1', port, user: DATABASE_USER, password, database: 'ragdb' };
  return await runStatements(connection, statements);
}

async function setTls(ssl: 'on' | 'off'): Promise<void> {
  await asOwner(`ALTER SYSTEM SET ssl = '${ssl}'`, 'SELECT pg_reload_conf()');
  await untilPasses(async () => expect(await asOwner('SHOW ssl')).toEqual([{ ssl }]));
}

type Attempt = { host?: string; trusting?: boolean; as?: 'pool' | 'migrate' };

/** Connects to the database at `host` from a new process, with the default of TLS. @returns the outcome */
async function reach({ host = 'localhost', trusting = true, as = 'pool' }: Attempt): Promise<unknown> {
  const child = spawn(process.execPath, [CLIENT, as], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_USER,
      DATABASE_PASSWORD: password,
      ...(trusting ? { NODE_EXTRA_CA_CERTS: authority } : {}),
    },
  });
  return JSON.parse(await text(child.stdout));
}

describe.each(['pool', 'migrate'] as const)('the database, reached by %s', (as) => {
  test('is refused with a certificate of an unknown authority', async () => {
    expect(await reach({ as, trusting: false })).toEqual({ refused: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('is refused under a name that is not in its certificate', async () => {
    expect(await reach({ as, host: 'database.internal' })).toEqual({
      refused: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  test('is refused under an address that is not in its certificate', async () => {
    expect(await reach({ as, host: '127.0.0.1' })).toEqual({ refused: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('is refused as Aurora unless Amazon’s own authority signed, whatever else the process trusts', async () => {
    expect(await reach({ as, host: AURORA })).toEqual({ refused: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });
});

test('with its authority known the database is reached over TLS', async () => {
  expect(await reach({})).toEqual({ ssl: true, version: 'TLSv1.3' });
});

test('so are migrations', async () => {
  expect(await reach({ as: 'migrate' })).toEqual({ ran: expect.any(Number) as number });
});

test('a server without TLS is refused; no unencrypted connection is made', async () => {
  await setTls('off');
  expect(await reach({})).toEqual({ refused: 'The server does not support SSL connections' });
});

/** ElastiCache's certificates chain to this authority, and the Redis client has no list of its own. */
test('Node’s own list has the authority of ElastiCache', () => {
  const names = tls.rootCertificates.map((pem) => new X509Certificate(pem).subject);
  expect(names.filter((name) => name.includes('CN=Amazon Root CA 1'))).toHaveLength(1);
});
