import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { DialogActions } from '../../ui/dialog.tsx';

/** Cancel and save, at the end of a form in a dialog. */
export function SaveActions({
  isBusy,
  onClose,
  label,
}: {
  isBusy: boolean;
  onClose(): void;
  label?: string;
}) {
  const t = useText();
  return (
    <DialogActions>
      <Button onClick={onClose}>{t.common.cancel}</Button>
      <Button type="submit" look="primary" busy={isBusy}>
        {label ?? t.common.save}
      </Button>
    </DialogActions>
  );
}
