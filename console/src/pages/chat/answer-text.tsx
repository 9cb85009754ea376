import { lazy, Suspense } from 'react';
import { classes } from '../../ui/classes.ts';

const Markdown = lazy(async () => ({ default: (await import('./markdown.tsx')).Markdown }));

/** An answer's text; plain until the code that reads Markdown is there. */
export function AnswerText({ text, isComplete }: { text: string; isComplete: boolean }) {
  return (
    <div className={classes('min-w-0 text-lg', !isComplete && 'answer-coming')}>
      <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
        <Markdown text={text} isComplete={isComplete} />
      </Suspense>
    </div>
  );
}
