import type { StatusSettings, StreamTarget } from './meeting.ts';
import type { FieldIssue } from './zoom-errors.ts';

/** Checks request bodies against Zoom's documented fields. Like Zoom, it ignores unknown fields. */

export type Checked<Value> = { ok: true; value: Value } | { ok: false; issues: FieldIssue[] };

export interface StatusBody {
  action: 'start' | 'stop' | 'mode';
  settings: StatusSettings;
}

type Fields = Record<string, unknown>;

const LAYOUTS = ['follow_host', 'gallery_view', 'speaker_view'];
const CLOSE_CAPTIONS = ['burnt-in', 'embedded', 'off'];

/** The status request's body (Zoom API reference, section 1): action words are lower-case only. */
export function checkStatusBody(body: Fields, kind: 'meeting' | 'webinar'): Checked<StatusBody> {
  const actions = kind === 'meeting' ? ['start', 'stop', 'mode'] : ['start', 'stop'];
  const issues: FieldIssue[] = [];
  if (!actions.includes(body.action as string))
    issues.push({ field: 'action', message: `Invalid field: ${actions.join(', ')}.` });
  const settings = body.settings ?? {};
  if (!isFields(settings)) issues.push({ field: 'settings', message: 'Invalid field.' });
  else issues.push(...settingsIssues(settings, kind));
  if (issues.length > 0) return { ok: false, issues };
  return {
    ok: true,
    value: { action: body.action as StatusBody['action'], settings: knownSettings(settings as StatusSettings, kind) },
  };
}

function settingsIssues(settings: Fields, kind: 'meeting' | 'webinar'): FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { layout, close_caption: caption, active_speaker_name: speaker, display_name: name } = settings;
  if (kind === 'meeting' && layout !== undefined && !LAYOUTS.includes(layout as string)) {
    issues.push({ field: 'settings.layout', message: 'Invalid field.' });
  }
  if (caption !== undefined && !CLOSE_CAPTIONS.includes(caption as string)) {
    issues.push({ field: 'settings.close_caption', message: 'Invalid field.' });
  }
  if (speaker !== undefined && typeof speaker !== 'boolean') {
    issues.push({ field: 'settings.active_speaker_name', message: 'Invalid field.' });
  }
  if (name !== undefined && !isText(name, 50)) {
    issues.push({ field: 'settings.display_name', message: 'Size must be between 1 and 50.' });
  }
  return issues;
}

function knownSettings(settings: StatusSettings, kind: 'meeting' | 'webinar'): StatusSettings {
  const { layout, close_caption, active_speaker_name, display_name } = settings;
  return {
    ...(layout !== undefined && kind === 'meeting' && { layout }),
    ...(close_caption !== undefined && { close_caption }),
    ...(active_speaker_name !== undefined && { active_speaker_name }),
    ...(display_name !== undefined && { display_name }),
  };
}

/** The configuration's body (Zoom API reference, section 3). */
export function checkTarget(body: Fields): Checked<StreamTarget> {
  const issues: FieldIssue[] = [];
  const { stream_url: url, stream_key: key, page_url: page, resolution } = body;
  if (!isText(url, 1024) || !/^rtmps?:\/\/[^/\s]+/i.test(url))
    issues.push({ field: 'stream_url', message: 'Invalid field.' });
  if (!isText(key, 512)) issues.push({ field: 'stream_key', message: 'Invalid field.' });
  if (!isText(page, 1024) || !URL.canParse(page)) issues.push({ field: 'page_url', message: 'Invalid field.' });
  if (resolution !== undefined && resolution !== '720p' && resolution !== '1080p') {
    issues.push({ field: 'resolution', message: 'Invalid field.' });
  }
  if (issues.length > 0) return { ok: false, issues };
  const target = { stream_url: url, stream_key: key, page_url: page, ...(resolution !== undefined && { resolution }) };
  return { ok: true, value: target as StreamTarget };
}

/** An object with fields, neither null nor a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}
