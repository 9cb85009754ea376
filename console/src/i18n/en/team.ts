export const team = {
  title: 'team',
};
