import type { ConnectionOptions } from 'node:tls';
import { section } from '#shared/core/config.ts';
import { databaseTls } from './tls.ts';

const databaseConfig = section('database');

/** Address, login and TLS options of a database; without `ssl` the connection is unencrypted. */
export type DatabaseConnection = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  ssl?: ConnectionOptions | false;
};

/** The connection of the section `database`, read anew on each call, because passwords are rotated. */
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
