import type { Text } from '../text.tsx';

export const documents: Text['documents'] = {
  title: 'documents',
};
