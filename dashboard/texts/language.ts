/** The texts of the page in every language. `section` takes all languages at once, so a missing text is a compile error. */

import { computed, type ReadonlySignal, signal } from '@preact/signals';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const REMEMBERED = 'livestream-language';

export const language = signal<Language>(firstLanguage());
applyLanguage(language.peek());

export function setLanguage(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(REMEMBERED, chosen);
  applyLanguage(chosen);
}

/** The texts of one part of the page. Read `.value` while drawing. */
export function section<Texts>(texts: { en: Texts; de: NoInfer<Texts> }): ReadonlySignal<Texts> {
  return computed(() => texts[language.value]);
}

function firstLanguage(): Language {
  const chosen = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(REMEMBERED);
  const wanted = chosen ? [chosen] : navigator.languages;
  return wanted.map((one) => one.slice(0, 2)).find(isLanguage) ?? 'en';
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

function applyLanguage(chosen: Language): void {
  document.documentElement.lang = chosen;
}

/** Formats numbers and dates for the reader's language. English uses a 24-hour clock, as rundowns do. */
export const locale = computed(() => (language.value === 'de' ? 'de-DE' : 'en-GB'));
