import { useQuery } from '@tanstack/react-query';
import { type LlmModel, modelsQuery } from '../../api/team-lists.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import type { BotDraft } from './bot-draft.ts';
import type { FormPart } from './bot-editor.tsx';
import { useLanguageNames } from './language-names.ts';

/** Instructions, model and language. */
export function AnswerFields({ draft, change, errorAt }: FormPart) {
  const t = useText();
  const { nameOf, codes } = useLanguageNames(draft.language);
  const choices = useModelChoices(draft);
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <TextArea
        label={t.bots.instructions}
        hint={t.bots.instructionsHint}
        isOptional
        rows={5}
        maxLength={20_000}
        value={draft.instructions}
        onChange={({ target }) => change({ instructions: target.value })}
        error={errorAt('instructions')}
        className="col-span-full"
      />
      <SelectField
        label={t.bots.model}
        hint={t.bots.modelHint}
        value={draft.model}
        onChange={({ target }) => change({ model: target.value })}
        choices={choices}
        error={errorAt('model')}
      />
      <SelectField
        label={t.bots.fallback}
        hint={t.bots.fallbackHint}
        value={draft.fallback_model ?? ''}
        onChange={({ target }) => change({ fallback_model: target.value || null })}
        choices={[{ value: '', label: t.common.none }, ...choices]}
        error={errorAt('fallback_model')}
      />
      <TextField
        label={t.bots.temperature}
        hint={t.bots.temperatureHint}
        inputMode="decimal"
        value={draft.temperature}
        onChange={({ target }) => change({ temperature: target.value })}
        error={errorAt('temperature')}
      />
      <TextField
        label={t.bots.maxTokens}
        hint={t.bots.maxTokensHint}
        inputMode="numeric"
        value={draft.maxOutputTokens}
        onChange={({ target }) => change({ maxOutputTokens: target.value })}
        error={errorAt('max_output_tokens')}
      />
      <SelectField
        label={t.bots.answerLanguage}
        hint={t.bots.languageHint}
        value={draft.language}
        onChange={({ target }) => change({ language: target.value })}
        choices={codes.map((code) => ({ value: code, label: nameOf(code) }))}
        error={errorAt('language')}
      />
      <RuleFields draft={draft} change={change} errorAt={errorAt} />
    </div>
  );
}

/** What an answer may be made of: general knowledge, and links. */
function RuleFields({ draft, change, errorAt }: FormPart) {
  const t = useText();
  return (
    <>
      <SelectField
        label={t.bots.noAnswer}
        value={draft.no_answer}
        onChange={({ target }) => change({ no_answer: target.value as BotDraft['no_answer'] })}
        choices={(['refuse', 'general'] as const).map((value) => ({
          value,
          label: t.bots.noAnswers[value],
        }))}
        error={errorAt('no_answer')}
      />
      <SelectField
        label={t.bots.links}
        hint={t.bots.linksHint}
        value={draft.links}
        onChange={({ target }) => change({ links: target.value as BotDraft['links'] })}
        choices={(['cited', 'all'] as const).map((value) => ({ value, label: t.bots.linkRules[value] }))}
        error={errorAt('links')}
      />
    </>
  );
}

/** Models with price, and whether they can be used; those of the bot also when the platform knows them no more. */
function useModelChoices({ model, fallback_model }: BotDraft): { value: string; label: string }[] {
  const t = useText();
  const { usd } = useFormat();
  const { team } = useTeam();
  const { data: models = [] } = useQuery(modelsQuery(team.id));
  const priceOf = ({ input_usd_per_million: input, output_usd_per_million: output }: LlmModel) => {
    if (input === null || output === null) return null;
    return input + output === 0 ? t.bots.free : t.bots.price(usd(input), usd(output));
  };
  const known = models.map((each) => {
    const notes = [priceOf(each), each.configured ? null : t.bots.notConfigured].filter(Boolean);
    return { value: each.id, label: notes.length > 0 ? `${each.id} (${notes.join(', ')})` : each.id };
  });
  const unknown = [model, fallback_model ?? model].filter((id) => !models.some((each) => each.id === id));
  const others = [...new Set(unknown)].map((id) => ({
    value: id,
    label: models.length > 0 ? `${id} (${t.bots.unknownModel})` : id,
  }));
  return [...known, ...others];
}
