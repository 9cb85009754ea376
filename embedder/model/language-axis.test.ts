import { measureLanguageAxis } from './language-axis.ts';

test('the axis leads from the passages of one language to those of the other', () => {
  const korean = [0.8, 0.6, 0, 0.8, -0.6, 0];
  const english = [0, 0.6, 0.8, 0, -0.6, 0.8];
  const axis = measureLanguageAxis(Float32Array.from([...korean, ...english]), 3);
  for (const [at, value] of [Math.SQRT1_2, 0, -Math.SQRT1_2].entries())
    expect(axis?.direction[at]).toBeCloseTo(value, 5);
  expect(axis?.ko).toBeCloseTo(0.8 * Math.SQRT1_2, 5);
  expect(axis?.en).toBeCloseTo(-0.8 * Math.SQRT1_2, 5);
});

test('languages that do not differ have no axis', () => {
  expect(measureLanguageAxis(Float32Array.of(0.6, 0.8, 0.6, 0.8), 2)).toBeNull();
});
