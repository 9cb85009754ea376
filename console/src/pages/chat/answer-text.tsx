import { lazy, memo, Suspense } from 'react';

const Markdown = lazy(async () => ({ default: (await import('./markdown.tsx')).Markdown }));

/** An answer's text; plain until the code that reads Markdown is there. Others stay as they are while one comes. */
export const AnswerText = memo(({ text, isComplete }: { text: string; isComplete: boolean }) => {
  return (
    <div className="min-w-0 text-lg">
      <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
        <Markdown text={text} isComplete={isComplete} />
      </Suspense>
    </div>
  );
});
AnswerText.displayName = 'AnswerText';
