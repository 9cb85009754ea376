import { v7 as uuidv7 } from 'uuid';
import { mapId } from './map-id.ts';

test('mapped ids are UUIDs in the order of the old ones, different for each import, and the same each time', () => {
  const [one, other] = [uuidv7(), uuidv7()];
  const old = Array.from({ length: 200 }, () => uuidv7());
  const mapped = old.map((id) => mapId(one, id));
  expect(mapped.toSorted()).toEqual(mapped);
  expect(mapped).toEqual(old.map((id) => mapId(one, id.toUpperCase())));
  expect(new Set([...old, ...mapped, ...old.map((id) => mapId(other, id))]).size).toBe(600);
  for (const id of mapped)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
