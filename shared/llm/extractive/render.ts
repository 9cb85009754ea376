import { type InLanguages, inLanguage } from '#shared/text/language.ts';
import { withoutForeignMarkers } from '../request.ts';
import { estimateTokens } from '../tokens.ts';
import type { Choice, Quoted } from './choose.ts';
import type { ChosenList } from './lists.ts';

const MAX_ITEMS = 12;

type Texts = InLanguages<string>;

const FRAMES: Texts = {
  ko: '문서에서 확인한 내용입니다.',
  en: 'This is what the documents say:',
  ja: '文書には次のように書かれています。',
  zh: '文档中的相关内容如下：',
};

const TENTATIVE: Texts = {
  ko: '확실하지 않지만 관련 있어 보이는 내용입니다.',
  en: 'This may not be the answer, but the documents say:',
  ja: '確実ではありませんが、関連がありそうな内容です。',
  zh: '以下内容可能相关，但不一定是答案：',
};

const VERDICTS: Record<'yes' | 'no' | 'conditional', Texts> = {
  yes: { ko: '네.', en: 'Yes.', ja: 'はい。', zh: '是的。' },
  no: { ko: '아니요.', en: 'No.', ja: 'いいえ。', zh: '不是。' },
  conditional: {
    ko: '네, 조건이 있습니다.',
    en: 'Yes, with a condition.',
    ja: 'はい、条件があります。',
    zh: '是的，但有条件。',
  },
};

const OUTDATED: Texts = { ko: '이전에는', en: 'Before that:', ja: '以前は', zh: '此前：' };

const MORE: InLanguages<(count: number) => string> = {
  ko: (count) => `외 ${count}개`,
  en: (count) => `and ${count} more`,
  ja: (count) => `ほか${count}件`,
  zh: (count) => `另有 ${count} 项`,
};

type Frame = { language: string; maxOutputTokens: number; isTentative: boolean };

/** Writes what was chosen as an answer with `[n]` markers. At least the first quote or item is written whole. */
export function renderAnswer(
  { verdict, quotes, list }: Choice,
  { language, maxOutputTokens, isTentative }: Frame,
): string {
  const blocks: string[] = [];
  let budget = maxOutputTokens;
  for (const quote of quotes) {
    const block = renderQuote(quote, language);
    budget -= estimateTokens(block);
    // The best sentence is given even over the limit: a part of it would no longer be a quote.
    if (blocks.length > 0 && budget < 0) break;
    blocks.push(block);
  }
  if (list) blocks.push(renderList(list, language, budget));
  const frame = inLanguage(isTentative ? TENTATIVE : FRAMES, language);
  const opening = verdict && !isTentative ? `${inLanguage(VERDICTS[verdict], language)} ${frame}` : frame;
  return [opening, ...blocks].join('\n\n');
}

/** Whether an answer says of itself that it may not be the right one. */
export function saysPerhaps(answer: string): boolean {
  return Object.values(TENTATIVE).some((opening) => answer.startsWith(opening));
}

function renderQuote({ passage, text, values, isOutdated }: Quoted, language: string): string {
  const quote = `“${toQuote(text)}” [${passage.index}]`;
  const asked = values.map(({ column, value }) => toQuote(`${column}: ${value}`)).join(', ');
  const line = asked === '' ? quote : `${asked} — ${quote}`;
  return isOutdated ? `${inLanguage(OUTDATED, language)} ${line}` : line;
}

function renderList({ lead, items }: ChosenList, language: string, budget: number): string {
  const [first] = items;
  const lines =
    lead && first
      ? [lead.isQuote ? `“${toQuote(lead.text)}” [${first.passage.index}]` : toQuote(lead.text)]
      : [];
  let left = budget - estimateTokens(lines.join(''));
  let written = 0;
  for (const { text, passage } of items.slice(0, MAX_ITEMS)) {
    const line = `- “${toQuote(text)}” [${passage.index}]`;
    left -= estimateTokens(line);
    if (written > 0 && left < 0) break;
    lines.push(line);
    written += 1;
  }
  const rest = items.length - written;
  if (rest > 0) lines.push(inLanguage(MORE, language)(rest));
  return lines.join('\n');
}

/** Rewrites bracketed numbers, which would read as citations; removes backticks, which would hide the marker after them. */
function toQuote(text: string): string {
  return withoutForeignMarkers(text.replace(/\s+/g, ' ')).replaceAll('`', '');
}
