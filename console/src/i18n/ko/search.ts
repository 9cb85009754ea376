import type { Text } from '../text.tsx';

export const search: Text['search'] = {
  title: 'search',
};
