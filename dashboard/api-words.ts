/**
 * Puts the API's texts into the reader's language and time zone. A sentence with no German version falls back to the German text of its
 * code.
 */

import type { Broadcast, components } from '../src/client/index.ts';
import { localTimes } from './format.ts';
import { GERMAN_ALERTS, GERMAN_ERRORS, GERMAN_FINDINGS } from './texts/german-codes.ts';
import { germanSentence } from './texts/german-sentences.ts';
import { language } from './texts/language.ts';

type Schemas = components['schemas'];
type Words = { message: string; advice: string };
type Said = Words & { code: string };

const isGerman = () => language.value === 'de';

/** Translates a sentence that has no code: a reason, or a line of a history. */
export function apiWords(text: string): string {
  return localTimes((isGerman() ? germanSentence(text) : null) ?? text);
}

/** Returns a warning or a finding, and what to do about it. */
export function findingWords({ code, message, advice }: Said): Words {
  const german = isGerman() ? GERMAN_FINDINGS[code] : undefined;
  return { message: coded(german?.message, message), advice: localTimes(german?.advice ?? advice) };
}

export function alertWords({ code, message, advice }: Pick<Schemas['Alert'], 'code' | 'message' | 'advice'>): Words {
  const german = isGerman() ? GERMAN_ALERTS[code] : undefined;
  // A newer API may send an alert that this page does not know.
  if (!german) return { message: localTimes(message), advice: localTimes(advice) };
  return { message: coded(german.message, message), advice: germanSentence(advice) ?? german.advice };
}

/** Returns what an error means. @param code null: the error has no code */
export function errorWords(code: string | null, message: string): string {
  return coded(isGerman() ? GERMAN_ERRORS[code as keyof typeof GERMAN_ERRORS] : undefined, message);
}

/** Returns why a source is not followed. */
export function sourceWords(reason: string): string {
  return coded(isGerman() ? GERMAN_ALERTS.source.message : undefined, reason);
}

/** Returns one sentence on why a broadcast is in its state; null: there is nothing to say. */
export function whyWords({ status, reason, paused, warnings: [warning] }: Broadcast): string | null {
  // A broadcast that a pause made miss its start shows the reason the person gave for the pause.
  if (status === 'missed' && reason !== null && !/^(the start window|a pause held)/.test(reason)) return reason;
  if (reason !== null) return apiWords(reason);
  return paused?.note || (warning ? findingWords(warning).message : null);
}

/** In German: the known sentence, or else the sentence for the code followed by the API's own text. */
function coded(german: string | undefined, message: string): string {
  const said = german === undefined ? null : germanSentence(message);
  return localTimes(said ?? (german === undefined ? message : `${german.replace(/([^.])$/, '$1.')} (${message})`));
}
