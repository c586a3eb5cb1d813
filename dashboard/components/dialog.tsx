import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { common } from '../texts/common.ts';

interface DialogProps {
  title: string;
  onClose(): void;
  children: ComponentChildren;
}

/** The browser's own modal dialog: it traps the focus, gives it back, and closes on Escape. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} aria-labelledby={id} onClose={onClose} onCancel={onClose}>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet-button" onClick={onClose} aria-label={common.value.close}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}
