import type { Text } from '../text.tsx';

export const home: Text['home'] = {
  title: 'home',
};
