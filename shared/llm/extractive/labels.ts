/** What is told apart by a number: `exit code 9`, `level 2`, `3단계`. */
const NAMES =
  'code|error|step|level|version|type|class|phase|tier|zone|floor|room|gate|form|line|코드|단계|등급|버전|종|급|층|호실|구역|호선';
const LABEL = new RegExp(
  `\\b(?<before>${NAMES})s? (?:no\\.? |#)?(?<number>\\d+)(?![\\d.,]*\\d)|(?<![\\d.,])(?<counted>\\d+) ?(?<after>${NAMES})(?![가-힣]{2})|(?<korean>코드|버전|레벨) ?(?<last>\\d+)(?![\\d.,]*\\d)`,
  'giu',
);

type Label = { name: string; number: string };

function labelsIn(text: string): Label[] {
  return [...text.matchAll(LABEL)].map(({ groups = {} }) => ({
    name: (groups['before'] ?? groups['after'] ?? groups['korean'] ?? '').toLowerCase(),
    number: groups['number'] ?? groups['counted'] ?? groups['last'] ?? '',
  }));
}

/** Whether a text is about another one of what a question names by its number: `code 5` for `code 9`. */
export function namesOther(question: string): (text: string) => boolean {
  const asked = labelsIn(question);
  return (text) => {
    const told = asked.length > 0 ? labelsIn(text) : [];
    return asked.some(({ name, number }) => {
      const alike = told.filter((label) => label.name === name);
      return alike.length > 0 && alike.every((label) => label.number !== number);
    });
  };
}
