import { Client, type ClientConfig } from 'pg';

/** Runs statements in sequence on a new connection. @returns the rows of the last one */
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
