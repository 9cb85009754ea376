import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type SubmitEvent, useState } from 'react';
import type { Bot } from '../../api/team-lists.ts';
import { useLanguage, useText } from '../../i18n/text.tsx';
import { usePreference, writePreference } from '../../preferences.ts';
import { useTeam } from '../../shell/team.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { handQuestion } from '../chat/handed-question.ts';

const CHAT = '/chat/{-$botId}/{-$conversationId}';

/** A question to a bot; the chat opens with it. */
export function AskBox({ bots }: { bots: Bot[] }) {
  const t = useText();
  const navigate = useNavigate();
  const chosen = usePreference('bot');
  const [question, setQuestion] = useState('');
  const language = useLanguage();
  // The bot asked last; else one that speaks the language of the page.
  const bot =
    bots.find(({ id }) => id === chosen) ?? bots.find((each) => each.language === language) ?? bots[0];
  if (!bot) return <NoBot />;
  const send = (text: string) => {
    handQuestion(bot.id, text);
    void navigate({ to: CHAT, params: { botId: bot.id } });
  };
  const ask = () => {
    const text = question.trim();
    if (text) send(text);
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    ask();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends a Korean syllable does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    ask();
  };
  return (
    <div>
      <form
        onSubmit={onSubmit}
        className="rounded-lg border border-line-strong bg-canvas p-2 focus-within:border-accent"
      >
        <textarea
          aria-label={t.home.question}
          placeholder={t.home.placeholder}
          rows={2}
          data-main-field
          value={question}
          onChange={({ target }) => setQuestion(target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-48 min-h-12 w-full resize-none rounded-md bg-transparent px-2 py-1 text-lg placeholder:text-quiet"
        />
        <div className="flex items-center justify-between gap-2">
          <BotChoice bots={bots} bot={bot} />
          <Button look="primary" type="submit" aria-label={t.home.send} className="aspect-square">
            <ArrowUp size={18} aria-hidden />
          </Button>
        </div>
      </form>
      <Starters starters={bot.starters} onChoose={send} />
    </div>
  );
}

function BotChoice({ bots, bot }: { bots: Bot[]; bot: Bot }) {
  const t = useText();
  if (bots.length === 1) return <span className="truncate px-2 text-sm text-quiet">{bot.name}</span>;
  return (
    <select
      aria-label={t.home.bot}
      value={bot.id}
      onChange={({ target }) => writePreference('bot', target.value)}
      className="min-w-0 truncate rounded-md bg-transparent px-1.5 py-1 text-sm text-quiet hover:bg-sunken max-sm:min-h-11"
    >
      {bots.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

type StartersProps = { starters: string[]; onChoose(starter: string): void };

/** The bot's questions to begin with; one click asks. */
function Starters({ starters, onChoose }: StartersProps) {
  const t = useText();
  if (starters.length === 0) return null;
  return (
    <ul aria-label={t.home.starters} className="mt-2 flex flex-wrap gap-1.5">
      {starters.map((starter) => (
        <li key={starter}>
          <button
            type="button"
            onClick={() => onChoose(starter)}
            className="flex min-h-7 items-center rounded-md bg-sunken px-2 text-left text-sm text-quiet hover:text-ink max-sm:min-h-11"
          >
            {starter}
          </button>
        </li>
      ))}
    </ul>
  );
}

function NoBot() {
  const t = useText();
  const { can } = useTeam();
  if (!can('admin')) return <p className="text-quiet">{t.home.ask.noBotMember}</p>;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-quiet">{t.home.ask.noBot}</p>
      <Link to="/bots" search={{ create: 'yes' }} className={buttonClasses()}>
        {t.home.ask.createBot}
      </Link>
    </div>
  );
}
