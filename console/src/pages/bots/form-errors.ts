import { ApiProblem } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';

/**
 * What is wrong with a field or anything within it, such as `starters` for `starters.2`. The API says which field it is;
 * what a field takes is said in the language of the page, where the page knows it.
 */
export function useFormErrors(error: unknown): (path: string) => string | undefined {
  const t = useText();
  if (!(error instanceof ApiProblem)) return () => undefined;
  // The API names no field for an unknown model.
  if (error.code === 'unknown_model' || error.code === 'provider_not_configured')
    return (path) => (path === 'model' ? error.message : undefined);
  const rules: Record<string, string> = {
    name: t.bots.needsName,
    temperature: t.bots.temperatureHint,
    max_output_tokens: t.bots.maxTokensHint,
    collection_ids: t.bots.needsCollection,
    'retrieval.top_k': t.bots.topKHint,
    'retrieval.min_score': t.bots.minScoreHint,
  };
  return (path) => {
    const found = error.fields.find((field) => `${field.path}.`.startsWith(`${path}.`));
    return found && (rules[path] ?? found.message);
  };
}
