/**
 * The rooms of each area, bottom first: a room imports only rooms that stand before it. `.ci/check-rooms.ts` holds the
 * order, docs/architecture.md explains it. A name with an extension is a file that lies beside the rooms.
 */
export const ROOM_ORDER: Record<string, string[]> = {
  shared: [
    'observability',
    'core',
    'text',
    'parsing',
    'chunking',
    'db',
    'aws',
    'vectors',
    'llm',
    'auth',
    'retrieval',
    'ingestion',
    'webhooks',
    'chat',
    'http',
    'transfers',
  ],
  embedder: [
    'workers',
    'tokenizer',
    'download',
    'onnx',
    'batching',
    'prepare',
    'model',
    'service',
    'http',
    'server.ts',
  ],
};
