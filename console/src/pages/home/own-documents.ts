import type { Schemas } from '../../api/client.ts';

type Document = Pick<Schemas['Document'], 'status' | 'metadata'>;

/** Whether a document is the team's own: the samples of the demo say in their metadata that they are. */
export function isOwn({ metadata }: Document): boolean {
  return metadata['demo'] !== true;
}

/** Whether a document is on its way to be ready. */
export function isBeingRead({ status }: Document): boolean {
  return !['pending_upload', 'ready', 'failed', 'deleting'].includes(status);
}
