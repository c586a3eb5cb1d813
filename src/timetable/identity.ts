/** The identity of an event: source, UID and, in a series, the moment its rule gave it. */
import { createHash } from 'node:crypto';

/** External ids have at most 200 characters; the moment of an occurrence needs 17 of them. */
const MAX_BASE = 180;
const OCCURRENCE = /\/\d{8}T\d{6}Z?$/;

/**
 * The family of an event. All occurrences of a series share it as the first part of their external ids.
 * @param source name of the source; null: a file imported by hand
 */
export function familyId(source: string | null, uid: string): string {
  const plain = `${source === null ? '' : `${source}:`}${uid.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()}`;
  return [...plain].length <= MAX_BASE ? plain : `uid-${hash(`${source ?? ''}\n${uid}`, 40)}`;
}

/** @param moment of the occurrence by its rule (RECURRENCE-ID read as an instant, RFC 5545), ms; null: a single event */
export function externalIdOf(family: string, moment: number | null): string {
  return moment === null ? family : `${family}/${new Date(moment).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** The family in an external id. */
export function familyOf(externalId: string): string {
  return externalId.replace(OCCURRENCE, '');
}

/** For an event without UID: the same source and content give the same id, whatever the order of events in the file. */
export function contentId(source: string | null, content: string[]): string {
  return `${source === null ? '' : `${source}:`}no-uid-${hash(JSON.stringify([source, ...content]), 24)}`;
}

/** For a row without id: the same meeting at the same moment (ms) is the same broadcast. */
export function meetingAndStartId(source: string | null, meetingId: string, startAt: number): string {
  const prefix = source === null ? '' : `${source}:`;
  return `${prefix}import-${hash(`${prefix}${meetingId} ${startAt}`, 24)}`;
}

function hash(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
