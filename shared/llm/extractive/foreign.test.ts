import type { Passage } from '../request.ts';
import { chooseAnswer, rankByWords } from './choose.ts';
import { textsToCompare } from './meaning.ts';

const passage = (index: number, text: string): Passage => ({
  index,
  chunk_id: `c${index}`,
  document_id: `d${index}`,
  filename: `document${index}.md`,
  page: null,
  heading: null,
  text,
  score: 0.5 - index / 100,
});

const QUESTION = '배는 어디에 묶어 두나요?';
const ENGLISH = passage(1, 'Moor the boat at the green pier. The café opens at nine.');
const KOREAN = passage(2, '배가 고프면 식당에 오세요. 식당은 2층에 있습니다.');

const textsOf = (passages: Passage[]) =>
  textsToCompare(QUESTION, rankByWords(QUESTION, passages)).map(({ text }) => text);

test('sentences of a passage in another language are compared, though they hold no word of the question', () => {
  expect(textsOf([ENGLISH, KOREAN])).toContain('Moor the boat at the green pier.');
});

test('passages far down the list are not read in another language', () => {
  // More statements than are compared at all.
  const piers = (n: number) => ['동', '서', '남', '북'].map((side) => `${side}쪽 배는 ${n}번 부두에 둡니다.`);
  const many = [1, 2, 3, 4, 5].map((n) => passage(n, piers(n).join(' ')));
  expect(textsOf([...many, { ...ENGLISH, index: 6 }])).not.toContain('Moor the boat at the green pier.');
});

test('the nearest by meaning is quoted before a sentence that shares a chance word', () => {
  const meanings = new Map([
    ['Moor the boat at the green pier.', 0.88],
    ['The café opens at nine.', 0.8],
    ['배가 고프면 식당에 오세요.', 0.82],
    ['식당은 2층에 있습니다.', 0.8],
  ]);
  const { quotes } = chooseAnswer(QUESTION, [ENGLISH, KOREAN], { meanings });
  expect(quotes[0]?.statement).toBe('Moor the boat at the green pier.');
});
