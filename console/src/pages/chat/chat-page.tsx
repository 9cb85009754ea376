import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';

export function ChatPage() {
  const t = useText();
  return <Page title={t.common.nav.chat}>{null}</Page>;
}
