import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';

export function DocumentsPage() {
  const t = useText();
  return <Page title={t.common.nav.documents}>{null}</Page>;
}
