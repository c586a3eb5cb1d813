/** The texts of the page, in every language that it knows: `section` takes them all, so a missing one does not compile. */

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

/** The texts of one part of the page; read `.value` while drawing. */
export function section<Texts>(texts: { en: Texts; de: NoInfer<Texts> }): ReadonlySignal<Texts> {
  return computed(() => texts[language.value]);
}

function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(REMEMBERED);
  const wanted = asked ? [asked] : navigator.languages;
  return wanted.map((one) => one.slice(0, 2)).find(isLanguage) ?? 'en';
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

function applyLanguage(chosen: Language): void {
  document.documentElement.lang = chosen;
}

/** Numbers and dates as the reader's language writes them. English ones with a 24-hour clock, as a rundown has it. */
export const locale = computed(() => (language.value === 'de' ? 'de-DE' : 'en-GB'));
