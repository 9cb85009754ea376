import type { ConnectionOptions } from 'node:tls';
import { config, section } from '#shared/core/config.ts';
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

/** The connection of requests, read anew on each call, because passwords are rotated. */
export function databaseConnection(): DatabaseConnection {
  const settings = databaseConfig();
  return connection(settings, { user: settings.DATABASE_USER, password: settings.DATABASE_PASSWORD });
}

/** The connection of the sweep. Needs the section `database_worker`. */
export function workerConnection(): DatabaseConnection {
  const settings = config('database_worker');
  return connection(settings, {
    user: settings.DATABASE_WORKER_USER,
    password: settings.DATABASE_WORKER_PASSWORD,
  });
}

/** The connection of the tables' owner, for migrations alone. Needs the section `database_owner`. */
export function ownerConnection(): DatabaseConnection {
  const settings = config('database_owner');
  return connection(settings, {
    user: settings.DATABASE_OWNER_USER,
    password: settings.DATABASE_OWNER_PASSWORD,
  });
}

type Address = Pick<
  ReturnType<typeof databaseConfig>,
  'DATABASE_HOST' | 'DATABASE_PORT' | 'DATABASE_NAME' | 'DATABASE_TLS'
>;

function connection(address: Address, login: { user: string; password: string }): DatabaseConnection {
  return {
    host: address.DATABASE_HOST,
    port: address.DATABASE_PORT,
    ...login,
    database: address.DATABASE_NAME,
    ssl: address.DATABASE_TLS ? databaseTls(address.DATABASE_HOST) : false,
  };
}
