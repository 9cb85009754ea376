import { splitIntoAtoms } from '#shared/chunking/atoms.ts';
import { chunkDocument } from '#shared/chunking/chunk.ts';
import { findMiddleCut } from '#shared/chunking/split-long.ts';
import { readStatements } from '#shared/llm/extractive/statements.ts';
import { htmlBlocks, inlineText, parseHtml } from '#shared/parsing/html/html.ts';
import { detectLineStyle, isClosedEnd, isOpenEnd, joinLines, joinPair } from '#shared/parsing/join-lines.ts';
import { countVisible, normalizeText } from '#shared/parsing/normalize.ts';
import { parseNumberedHeading } from '#shared/parsing/numbered-headings.ts';
import { unescapeText } from '#shared/parsing/office/sheet.ts';
import { labelCells, parseCsv } from '#shared/parsing/text/csv.ts';
import { charsetOf } from '#shared/parsing/text/decode.ts';
import { parseJson } from '#shared/parsing/text/json.ts';
import { parseMarkdown } from '#shared/parsing/text/markdown.ts';
import { parseText } from '#shared/parsing/text/text.ts';
import { claimBefore } from '#shared/retrieval/claim-place.ts';
import { contentWords, scriptOf } from '#shared/retrieval/claim-words.ts';
import { fingerprint } from '#shared/retrieval/fingerprint.ts';
import { asksInKorean, isWhollyForeign } from '#shared/retrieval/language-correction.ts';
import { headOf, readMarker } from '#shared/retrieval/markers.ts';
import { readSentence } from '#shared/retrieval/polarity.ts';
import { findQuotation, quotationsIn } from '#shared/retrieval/quotations.ts';
import { datesIn, timesIn, weekdaysIn } from '#shared/text/dates.ts';
import { findFigures } from '#shared/text/figures.ts';
import { findQuote } from '#shared/text/find-quote.ts';
import { isKorean } from '#shared/text/korean-share.ts';
import { stripEndings, stripQuestionPhrases } from '#shared/text/korean-words.ts';
import { detectLanguage, isRefusal } from '#shared/text/language.ts';
import { lexicalTokens } from '#shared/text/lexical.ts';
import { parseEnglish, parseNative, parseSino } from '#shared/text/number-words.ts';
import { numbersIn, ratesIn } from '#shared/text/numbers.ts';
import {
  emailAddresses,
  identifierParts,
  oneSyllableNouns,
  passageTerms,
  titleOfFilename,
  titleTerms,
} from '#shared/text/passage-terms.ts';
import { queryTerms, stripQuestion, topicTerms } from '#shared/text/query-terms.ts';
import { quotableSentences } from '#shared/text/quotable-sentences.ts';
import { analyzeQuery } from '#shared/text/search-query.ts';
import { splitSentences } from '#shared/text/sentences.ts';
import { figuresIn } from '#shared/text/stated-figures.ts';
import { stem } from '#shared/text/stem.ts';
import { currencyBefore, readUnit } from '#shared/text/units.ts';

const encoder = new TextEncoder();

function parsed(parse: (bytes: Uint8Array, type: string) => unknown): (text: string) => unknown {
  return (text) => parse(encoder.encode(text), 'text/plain; charset=utf-8');
}

const KINDS = ['heading', 'paragraph', 'list', 'table', 'code'] as const;

async function countTokens(texts: string[]): Promise<number[]> {
  return texts.map((part) => Math.ceil(part.length / 3));
}

function chunked(text: string, kind: (typeof KINDS)[number]): unknown {
  const blocks = [{ text, kind, page: null }];
  return chunkDocument({ blocks }, { maxTokens: 320, overlapTokens: 48, countTokens });
}

/** Functions that get text of users, documents or models, by name. */
export const SUBJECTS: Record<string, (text: string) => unknown> = {
  ...Object.fromEntries(
    KINDS.map((kind) => [`normalizeText:${kind}`, (text: string) => normalizeText(text, kind)]),
  ),
  ...Object.fromEntries(
    KINDS.map((kind) => [`chunkDocument:${kind}`, (text: string) => chunked(text, kind)]),
  ),
  parseMarkdown: parsed(parseMarkdown),
  parseHtml: parsed(parseHtml),
  parseText: parsed(parseText),
  parseCsv: parsed(parseCsv),
  parseJson: parsed(parseJson),
  'parseJson:string': (text) => parsed(parseJson)(JSON.stringify({ text })),
  'parseHtml:pre': (text) => parsed(parseHtml)(`<pre>${text}</pre>`),
  'parseMarkdown:code': (text) => parsed(parseMarkdown)(`x\n\n\`\`\`\n${text}\n\`\`\`\n`),
  'parseMarkdown:front': (text) => parsed(parseMarkdown)(`---\ntitle: ${text}\n`),
  'parseMarkdown:item': (text) => parsed(parseMarkdown)(`- x ${text}\n- y\n`),
  'parseMarkdown:cell': (text) => parsed(parseMarkdown)(`| a | b |\n| - | - |\n| ${text} | c |\n`),
  htmlBlocks,
  inlineText,
  joinLines: (text) => joinLines([text, text]),
  'joinLines:lines': (text) => joinLines(text.split('\n')),
  joinPair: (text) => joinPair(text, text, { words: new Set(), prefixes: new Set(), breaksWords: true }),
  isOpenEnd: (text) => isOpenEnd(text, text),
  isClosedEnd,
  detectLineStyle: (text) => detectLineStyle([text.split('\n'), [text, text]]),
  countVisible,
  parseNumberedHeading,
  unescapeText,
  labelCells: (text) => labelCells(text.split('|'), text.split(',')),
  charsetOf,
  splitIntoAtoms: (text) => splitIntoAtoms({ blocks: [{ text, kind: 'paragraph', page: null }] }),
  findMiddleCut,
  readStatements: (text) => readStatements({ text, heading: null } as Parameters<typeof readStatements>[0]),
  claimBefore,
  contentWords,
  scriptOf,
  fingerprint,
  asksInKorean,
  isKorean,
  isWhollyForeign: (text) => isWhollyForeign(text, true),
  headOf,
  readMarker,
  readSentence,
  quotationsIn,
  findQuotation: (text) => findQuotation(text, `${text}z`),
  findQuote: (text) => findQuote(text, `${text}z`),
  datesIn,
  timesIn,
  weekdaysIn,
  findFigures,
  figuresIn,
  numbersIn,
  ratesIn,
  parseEnglish,
  parseNative,
  parseSino,
  readUnit,
  currencyBefore,
  stripEndings,
  stripQuestionPhrases,
  detectLanguage,
  isRefusal,
  lexicalTokens,
  emailAddresses,
  identifierParts,
  oneSyllableNouns,
  passageTerms,
  titleOfFilename,
  titleTerms: (text) => titleTerms(text, text),
  queryTerms,
  stripQuestion,
  topicTerms,
  quotableSentences,
  analyzeQuery,
  splitSentences,
  stem,
};
