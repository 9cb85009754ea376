import type { Text } from '../text.tsx';

export const settings: Text['settings'] = {
  title: 'settings',
};
