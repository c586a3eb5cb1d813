import type { ComponentChildren } from 'preact';

/** Wraps a wide or long table that scrolls by itself. The keyboard must be able to focus it to scroll it. */
export function ScrollArea({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (WCAG 2.1.1; axe asks for it).
    <section class="scroll-area" aria-label={name} tabIndex={0}>
      {children}
    </section>
  );
}
