/** What the API says, in the reader's language and with the reader's times. What has no words of its own in German stands behind those of its code. */

import type { Broadcast, components } from '../src/client/index.ts';
import { localTimes } from './format.ts';
import { GERMAN_ALERTS, GERMAN_ERRORS, GERMAN_FINDINGS } from './texts/german-codes.ts';
import { germanSentence } from './texts/german-sentences.ts';
import { language } from './texts/language.ts';

type Schemas = components['schemas'];
type Words = { message: string; advice: string };
type Said = Words & { code: string };

const isGerman = () => language.value === 'de';

/** A sentence that has no code: a reason, or a line of a history. */
export function apiWords(text: string): string {
  return localTimes((isGerman() ? germanSentence(text) : null) ?? text);
}

/** A warning or a finding, and what to do. */
export function findingWords({ code, message, advice }: Said): Words {
  const german = isGerman() ? GERMAN_FINDINGS[code] : undefined;
  return { message: coded(german?.message, message), advice: localTimes(german?.advice ?? advice) };
}

export function alertWords({ code, message, advice }: Pick<Schemas['Alert'], 'code' | 'message' | 'advice'>): Words {
  const german = isGerman() ? GERMAN_ALERTS[code] : undefined;
  // A newer API may have an alert that this page does not know.
  if (!german) return { message: localTimes(message), advice: localTimes(advice) };
  return { message: coded(german.message, message), advice: germanSentence(advice) ?? german.advice };
}

/** What an error means. @param code null: it has none */
export function errorWords(code: string | null, message: string): string {
  return coded(isGerman() ? GERMAN_ERRORS[code as keyof typeof GERMAN_ERRORS] : undefined, message);
}

/** Why a source is not followed. */
export function sourceWords(reason: string): string {
  return coded(isGerman() ? GERMAN_ALERTS.source.message : undefined, reason);
}

/** One sentence on why a broadcast is as it is; null: there is nothing to say. */
export function whyWords({ status, reason, paused, warnings: [warning] }: Broadcast): string | null {
  // What a pause had held back is missed for the reason that a person wrote.
  if (status === 'missed' && reason !== null && !/^(the start window|a pause held)/.test(reason)) return reason;
  if (reason !== null) return apiWords(reason);
  return paused?.note || (warning ? findingWords(warning).message : null);
}

/** In German the sentence itself where it is known, else that of its code, and then what the API says. */
function coded(german: string | undefined, message: string): string {
  const said = german === undefined ? null : germanSentence(message);
  return localTimes(said ?? (german === undefined ? message : `${german.replace(/([^.])$/, '$1.')} (${message})`));
}
