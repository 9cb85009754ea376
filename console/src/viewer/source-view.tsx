import type { Schemas } from '../api/client.ts';

export type SourceViewProps = {
  documentId: string;
  filename: string;
  title: string;
  page: number | null;
  quote: string;
  boxes: Schemas['Box'][];
  chunkId: string;
};

/** The passage of a document that proves a sentence, marked. */
export function SourceView({ quote }: SourceViewProps) {
  return (
    <blockquote className="px-4 py-3 text-lg whitespace-pre-wrap">
      <mark>{quote}</mark>
    </blockquote>
  );
}
