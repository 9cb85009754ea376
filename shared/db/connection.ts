import type { ConnectionOptions } from 'node:tls';
import { section } from '#shared/core/config.ts';
import { databaseTls } from './tls.ts';

const databaseConfig = section('database');

/** Where a database is and who asks; without `ssl` in the clear. */
export type DatabaseConnection = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  ssl?: ConnectionOptions | false;
};

/** The database of the settings `database`, as they are now: a password may have been rotated. */
export function databaseConnection(): DatabaseConnection {
  const settings = databaseConfig();
  return {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    user: settings.DATABASE_USER,
    password: settings.DATABASE_PASSWORD,
    database: settings.DATABASE_NAME,
    ssl: settings.DATABASE_TLS ? databaseTls(settings.DATABASE_HOST) : false,
  };
}
