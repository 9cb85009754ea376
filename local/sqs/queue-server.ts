import { type BuildAppOptions, buildApp } from 'fauxqs';
import { localArn, queueUrl, REGION } from '#local/platform/aws-account.ts';

type Queue = { name: string; attributes: Record<string, string> };
type QueueServerOptions = {
  port: number;
  /** Where queues and messages are kept; without it they last as long as the server. */
  directory?: string;
  queues: Queue[];
};
type Stores = NonNullable<BuildAppOptions['stores']>;
type Persistence = NonNullable<Stores['sqsStore']['persistence']>;

/**
 * Starts an SQS emulator. A queue that exists already keeps its messages and attributes. fauxqs asks for no
 * credentials, so it listens on 127.0.0.1 only. With a `directory`, fauxqs 2.4.1 loses a message whose visibility
 * timeout is changed to 0 (`approximate_receive_count` may not be null in its database): use 1 s or more.
 * @returns the port (useful with port 0) and a function that stops the server
 * @throws Error `EADDRINUSE` when the port is taken
 */
export async function startQueueServer({ port, directory, queues }: QueueServerOptions) {
  const stores = await newStores();
  const app = buildApp({ logger: false, defaultRegion: REGION, stores });
  if (directory) {
    const persistence = await persist(stores, directory);
    app.addHook('onClose', async () => persistence.close());
  }
  const endpoint = await app.listen({ port, host: '127.0.0.1' });
  for (const { name, attributes } of queues) {
    if (stores.sqsStore.getQueueByName(name)) continue;
    stores.sqsStore.createQueue(name, queueUrl(endpoint, name), localArn('sqs', name), attributes);
  }
  return { port: Number(new URL(endpoint).port), stop: () => app.close() };
}

/** The parts of fauxqs. Its own `startFauxqs` puts them together too, but always listens on every interface. */
async function newStores(): Promise<Stores> {
  const [{ SqsStore }, { SnsStore }, { S3Store }] = await Promise.all([
    importInternal<{ SqsStore: new () => Stores['sqsStore'] }>('sqs/sqsStore.js'),
    importInternal<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js'),
    importInternal<{ S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js'),
  ]);
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
}

async function persist({ sqsStore, snsStore }: Stores, directory: string): Promise<Persistence> {
  const file = 'persistence.js';
  const { PersistenceManager } = await importInternal<{
    PersistenceManager: new (directory: string) => Persistence;
  }>(file);
  const persistence = new PersistenceManager(directory);
  // Load first: with its persistence set, the store writes each loaded queue again, which deletes its messages.
  persistence.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  return persistence;
}

/** `buildApp` takes these classes as options, but the package does not export them: they are loaded by their path. */
async function importInternal<Module>(file: string): Promise<Module> {
  return (await import(new URL(file, import.meta.resolve('fauxqs')).href)) as Module;
}
