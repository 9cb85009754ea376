import { type InLanguages, inLanguage } from '#shared/text/language.ts';
import { splitSentences } from '#shared/text/sentences.ts';
import { withoutMarkers } from './history.ts';
import type { SmallTalkTopic } from './small-talk-topic.ts';
import { asksToShorten } from './transform-phrases.ts';

/** What a bot knows about itself, named as in the API. */
export type BotProfile = { name: string; description: string; greeting: string; starters: string[] };

type Words = Record<SmallTalkTopic | 'starters', string> & {
  iAm: (name: string) => string;
  cannotTransform: string;
};

const WORDS: InLanguages<Words> = {
  ko: {
    iAm: (name) => `저는 ${name}입니다.`,
    greeting: '안녕하세요! 문서에서 찾아 답해 드립니다. 무엇이 궁금하세요?',
    thanks: '도움이 되었다니 다행입니다. 더 궁금한 점이 있으면 언제든 물어보세요.',
    goodbye: '안녕히 가세요. 궁금한 점이 생기면 언제든 다시 찾아 주세요.',
    identity: '사람이 아니라 문서를 바탕으로 질문에 답하는 도우미입니다.',
    capability:
      '등록된 문서에서 답을 찾아 출처와 함께 알려 드립니다. 문서의 내용을 평소 말하듯이 물어보세요.',
    complaint:
      '죄송합니다. 어떤 점이 다른지, 무엇을 찾으시는지 조금 더 알려 주시면 문서에서 다시 찾아보겠습니다.',
    remark: '네. 더 궁금한 점이 있으면 말씀해 주세요.',
    starters: '이렇게 물어보실 수 있습니다.',
    cannotTransform:
      '죄송합니다. 저는 문서의 문장을 그대로 인용해 답하는 도우미라서 답변을 번역하거나 다른 형식으로 고쳐 쓰지는 못합니다. 문서의 내용에 대해서는 언제든 물어보세요.',
  },
  en: {
    iAm: (name) => `I am ${name}.`,
    greeting: 'Hello! I answer questions from the documents. What would you like to know?',
    thanks: 'You are welcome. Ask me whenever there is something else.',
    goodbye: 'Goodbye! Come back whenever you have a question.',
    identity: 'I am not a person but an assistant that answers questions from documents.',
    capability:
      'I look for answers in the documents that were added here, and show where they stand. Just ask in your own words.',
    complaint:
      "I'm sorry about that. Tell me what is wrong or missing, or ask in other words, and I will look in the documents again.",
    remark: 'All right. Let me know if there is anything else you would like to know.',
    starters: 'You could ask, for example:',
    cannotTransform:
      "I'm sorry: I answer by quoting the documents word for word, so I can neither translate an answer nor rewrite it in another form. Feel free to ask anything about the documents.",
  },
  ja: {
    iAm: (name) => `${name}です。`,
    greeting: 'こんにちは。文書をもとにお答えします。何をお調べしますか。',
    thanks: 'お役に立ててうれしいです。ほかにもご質問があればどうぞ。',
    goodbye: 'またいつでもお尋ねください。',
    identity: '文書をもとに質問に答えるアシスタントです。',
    capability: '登録された文書から答えを探し、出典とともにお伝えします。',
    complaint: '申し訳ありません。別の言い方で質問していただければ、もう一度お探しします。',
    remark: 'はい。ほかにもご質問があればどうぞ。',
    starters: '例えば次のように質問できます。',
    cannotTransform: '申し訳ありません。文書をそのまま引用して答えるため、翻訳や書き換えはできません。',
  },
  zh: {
    iAm: (name) => `我是${name}。`,
    greeting: '您好！我根据文档回答问题。您想了解什么？',
    thanks: '不客气。还有问题请随时提问。',
    goodbye: '再见，有问题随时再来。',
    identity: '我是根据文档回答问题的助手。',
    capability: '我在已添加的文档中查找答案，并注明出处。请直接提问。',
    complaint: '抱歉。请换个说法提问，我会再查找一次。',
    remark: '好的。还有问题请随时提问。',
    starters: '例如，您可以这样问：',
    cannotTransform: '抱歉，我只能逐字引用文档来回答，无法翻译或改写答案。',
  },
};

/** A bot's answer to small talk, without a model: from its name, description, greeting and starters. */
export function composeSmallTalk(topic: SmallTalkTopic, bot: BotProfile, language: string): string {
  const words = inLanguage(WORDS, language);
  const isAboutBot = topic === 'identity' || topic === 'capability';
  const parts = isAboutBot
    ? [
        [words.iAm(bot.name), topic === 'identity' && words.identity, bot.description.trim()]
          .filter(Boolean)
          .join(' '),
      ]
    : [(topic === 'greeting' && bot.greeting.trim()) || words[topic]];
  if (topic === 'capability') parts.push(words.capability);
  if ((isAboutBot || topic === 'greeting') && bot.starters.length > 0) {
    parts.push([words.starters, ...bot.starters.map((starter) => `- ${starter}`)].join('\n'));
  }
  return parts.join('\n\n');
}

const SHORT_CHARS = 120;

/**
 * The last answer in another form, as far as that is possible without a model: its first sentences when it is to be
 * shortened. Everything else is declined politely.
 */
export function transformWithoutModel(request: string, answer: string, language: string): string {
  const text = withoutMarkers(answer).trim();
  if (!asksToShorten(request) || !text) return inLanguage(WORDS, language).cannotTransform;
  const body = text.replace(/^[^\n“"]{0,60}[:.。：]\s*\n+/u, '');
  let short = '';
  for (const { start, end } of splitSentences(body)) {
    const sentence = body.slice(start, end).trim();
    if (short && short.length + sentence.length > SHORT_CHARS) break;
    short = short ? `${short} ${sentence}` : sentence;
  }
  return short || body;
}
