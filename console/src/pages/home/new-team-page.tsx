import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';

export function NewTeamPage() {
  const t = useText();
  return <Page title={t.common.nav.home}>{null}</Page>;
}
