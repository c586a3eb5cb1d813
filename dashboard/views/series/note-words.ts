import { localTimes } from '../../format.ts';
import { language } from '../../texts/language.ts';
import { germanNote } from './german-note.ts';

/** The note of an occurrence in the reader's language and time zone. */
export function noteWords(note: string): string {
  return localTimes(language.value === 'de' ? germanNote(note) : note);
}
