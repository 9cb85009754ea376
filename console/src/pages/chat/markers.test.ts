import { placeMarkers, restoreMarkers, splitMarkers } from './markers.ts';

/** A citation whose claim begins at 0 and whose marker is the `nth` one of its number in the text. */
function cite(text: string, index: number, nth = 1) {
  const marker = `[${index}]`;
  let end = 0;
  for (let at = 0; at < nth; at += 1) end = text.indexOf(marker, end) + marker.length;
  return { index, start: 0, end };
}

const ordinals = (text: string, citations: Parameters<typeof placeMarkers>[1]) =>
  splitMarkers(placeMarkers(text, citations));

test('a marker that a citation names becomes that citation', () => {
  const text = '연차는 15일입니다. [1] 병가는 10일입니다. [2]';
  expect(ordinals(text, [cite(text, 1), cite(text, 2)])).toEqual([
    '연차는 15일입니다. ',
    0,
    ' 병가는 10일입니다. ',
    1,
  ]);
});

test('two citations of one passage are two proofs', () => {
  const text = 'First. [1] Second. [1]';
  expect(ordinals(text, [cite(text, 1), cite(text, 1, 2)])).toEqual(['First. ', 0, ' Second. ', 1]);
});

test('neighbours keep their order', () => {
  const text = 'Both say so. [1][3]';
  expect(ordinals(text, [cite(text, 1), cite(text, 3)])).toEqual(['Both say so. ', 0, 1]);
});

test('a marker that no citation names stays text', () => {
  const text = 'Take `list[1]` of the list. [2]';
  expect(ordinals(text, [cite(text, 2)])).toEqual(['Take `list[1]` of the list. ', 0]);
});

test('a citation without a marker in its range adds nothing', () => {
  expect(ordinals('No marker. [2]', [{ index: 1, start: 0, end: 10 }])).toEqual(['No marker. [2]']);
});

test('characters of private use in an answer are no citations', () => {
  const text = 'Odd \uE0000\uE001 text. [1]';
  expect(ordinals(text, [cite(text, 1)])).toEqual(['Odd \uFFFD0\uFFFD text. ', 0]);
});

test('in code a marker is written as the answer has it', () => {
  const text = 'x[4]';
  const citations = [cite(text, 4)];
  expect(restoreMarkers(placeMarkers(text, citations), citations)).toBe('x[4]');
});
