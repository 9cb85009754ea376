import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

export type PgvectorDatabase = {
  settings: { host: string; port: number; user: string; password: string; database: string };
  /** Sets the role of every connection from now on; initially the superuser. */
  become(role: string): Promise<void>;
  /** Runs statements as the superuser, whatever the role of connections. */
  asOwner<T>(work: (db: PGlite) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * A PostgreSQL with pgvector, which the embedded server lacks: PGlite behind a socket. All its connections share one
 * session, and it ignores the role that a connection requests, so `SET ROLE` on the session replaces that.
 */
export async function startPgvectorDatabase(): Promise<PgvectorDatabase> {
  const db = await PGlite.create({ extensions: { vector } });
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 4 });
  await server.start();
  const port = Number(server.getServerConn().split(':').at(-1));
  return {
    settings: { host: '127.0.0.1', port, user: 'postgres', password: 'x', database: 'postgres' },
    async become(role) {
      await db.exec(`SET ROLE ${role}`);
    },
    async asOwner(work) {
      const { rows } = await db.query<{ role: string }>('SELECT current_user AS role');
      await db.exec('RESET ROLE');
      return await work(db).finally(() => db.exec(`SET ROLE ${rows[0]?.role}`));
    },
    async close() {
      await server.stop();
      await db.close();
    },
  };
}
