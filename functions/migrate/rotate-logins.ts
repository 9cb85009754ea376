import { randomBytes } from 'node:crypto';
import { changeSecret } from '#shared/core/write-secret.ts';
import { databaseConnection, ownerConnection, workerConnection } from '#shared/db/connection.ts';
import { setLoginPasswords } from '#shared/db/login-passwords.ts';

/**
 * Gives the logins of requests and of the sweep new passwords. A process notices nothing: its open connections stay, and
 * one that is refused reads the secret again. The secret is written inside the transaction that changes the password, so
 * that whoever is refused finds the new one.
 * @returns the names of the logins
 */
export async function rotateLogins(prefix: string): Promise<string[]> {
  const logins = [
    { secret: 'database-app', user: databaseConnection().user, password: newPassword() },
    { secret: 'database-worker', user: workerConnection().user, password: newPassword() },
  ];
  return await setLoginPasswords(ownerConnection(), logins, async () => {
    for (const { secret, password } of logins)
      await changeSecret(`${prefix}${secret}`, (values) => ({ ...values, password }));
  });
}

/** 240 bits, without characters that a URL would have to escape. */
function newPassword(): string {
  return randomBytes(30).toString('base64url');
}
