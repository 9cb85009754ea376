import { MessageCircleQuestion } from 'lucide-react';
import { useText } from '../../i18n/text.tsx';
import type { Bot } from './queries.ts';

/** What a bot says before the first question, and questions to begin with. */
export function Welcome({ bot, onAsk }: { bot: Bot; onAsk(question: string): void }) {
  const t = useText();
  return (
    <div className="grid gap-6 pt-[14dvh] max-sm:pt-4">
      <div>
        <h2 className="text-xl">{bot.name}</h2>
        <p className="mt-1 text-lg whitespace-pre-wrap text-quiet">
          {bot.greeting || bot.description || t.chat.greeting}
        </p>
      </div>
      {bot.starters.length > 0 && (
        <ul aria-label={t.chat.starters} className="grid gap-2 sm:grid-cols-2">
          {bot.starters.map((starter) => (
            <li key={starter} className="grid">
              <button
                type="button"
                onClick={() => onAsk(starter)}
                className="flex min-h-11 items-start gap-2 rounded-md border border-line px-3 py-2 text-left hover:bg-sunken"
              >
                <MessageCircleQuestion size={16} aria-hidden className="mt-1 shrink-0 text-quiet" />
                {starter}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
