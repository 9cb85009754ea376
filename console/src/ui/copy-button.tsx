import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';

/** Copies a text and says so; @param label what it copies, for screen readers */
export function CopyButton({ text, label }: { text: string | (() => string); label?: string }) {
  const t = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  const word = isCopied ? t.common.copied : t.common.copy;
  return (
    <Button size="sm" onClick={() => void copy()} aria-label={label && `${word}: ${label}`}>
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      <span aria-live="polite">{word}</span>
    </Button>
  );
}

/** Code with a button that copies it. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="relative rounded-md bg-sunken">
      <div className="absolute top-2 right-2">
        <CopyButton text={code} label={label} />
      </div>
      <pre className="overflow-x-auto p-3 pr-24 font-mono text-sm leading-6" tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
