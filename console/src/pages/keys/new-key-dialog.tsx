import { Link } from '@tanstack/react-router';
import { useText } from '../../i18n/text.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/copy-button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

/** Shows a new key, the only time that anybody sees it. */
export function NewKeyDialog({ value, onClose }: { value: string; onClose(): void }) {
  const t = useText();
  return (
    <Dialog
      title={t.keys.createdTitle}
      lead={t.keys.createdLead}
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <CodeBlock code={value} label={t.keys.keyLabel} />
      <DialogActions>
        <Link to="/connect" className={buttonClasses()}>
          {t.keys.howToUse}
        </Link>
        <Button look="primary" onClick={onClose}>
          {t.keys.done}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
