import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { DatabaseConnection } from './connection.ts';

/** The logins that the migrations create. A login that an operator made keeps the password he gave it. */
const OWN_LOGINS = ['rag_app_login', 'rag_worker_login'];

/** PostgreSQL's default. */
const ITERATIONS = 4_096;

type Login = Pick<DatabaseConnection, 'user' | 'password'>;

/**
 * Sets the passwords of the platform's logins to those of their secrets, so that both agree after every deploy. The
 * server is sent a verifier and never the password, which a slow statement would otherwise leave in its log.
 * @param beforeCommit runs before the new passwords hold; if it fails, the old ones stay
 * @returns the names of the logins that were set
 * @throws Error when the owner may not do this, or when `beforeCommit` fails
 */
export async function setLoginPasswords(
  owner: DatabaseConnection,
  logins: Login[],
  beforeCommit?: () => Promise<void>,
): Promise<string[]> {
  const own = logins.filter(({ user }) => OWN_LOGINS.includes(user));
  if (own.length === 0) return [];
  const client = new Client({ ...owner, connectionTimeoutMillis: 30_000, query_timeout: 20_000 });
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const { user, password } of own)
      await client.query(`ALTER ROLE ${user} PASSWORD '${scramVerifier(password)}'`);
    await beforeCommit?.();
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  return own.map(({ user }) => user);
}

/** What PostgreSQL stores of a password with SCRAM-SHA-256 (RFC 5803). Passwords are generated, hence ASCII. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
