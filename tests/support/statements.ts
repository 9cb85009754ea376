import { Client, type ClientConfig } from 'pg';

/** Runs statements one after the other over a connection of their own. @returns the rows of the last */
export async function runStatements(connection: ClientConfig, statements: string[]): Promise<unknown[]> {
  const client = new Client(connection);
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query<object>(statement));
    return rows;
  } finally {
    await client.end();
  }
}
