import { ruleSummary } from '../../../src/series/rule-summary.ts';
import { language } from '../../texts/language.ts';
import { germanRule } from './german-rule.ts';

const WORDS = { en: ruleSummary, de: germanRule };

/** The rule of a series in the reader's language: `Every Sunday at 09:00, New York time`. */
export function ruleWords(timing: Parameters<typeof ruleSummary>[0]): string {
  return WORDS[language.value](timing);
}
