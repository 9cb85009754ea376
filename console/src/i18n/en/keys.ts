export const keys = {
  title: 'keys',
};
