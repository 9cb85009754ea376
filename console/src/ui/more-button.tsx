import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';

type MoreProps = { list: { hasMore: boolean; isFetchingMore: boolean; fetchMore(): void } };

/** The button below a list that has further pages. */
export function MoreButton({ list }: MoreProps) {
  const t = useText();
  if (!list.hasMore) return null;
  return (
    <div className="mt-3 flex justify-center">
      <Button busy={list.isFetchingMore} onClick={list.fetchMore}>
        {t.common.loadMore}
      </Button>
    </div>
  );
}
