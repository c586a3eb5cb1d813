import type { SandboxMeeting } from './meeting.ts';

/** An answer of the simulated Zoom. Without `body` it is empty. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One error of a request body, as in Zoom's `errors`. */
export interface FieldIssue {
  field: string;
  message: string;
}

/** `code` and `message` under an HTTP status: the shape of all of Zoom's API errors. */
export function zoomError(status: number, code: number, message: string, errors?: FieldIssue[]): Answer {
  return { status, body: errors ? { code, message, errors } : { code, message } };
}

export function validationFailed(errors: FieldIssue[]): Answer {
  return zoomError(400, 300, 'Validation Failed.', errors);
}

export function invalidId(kind: 'meeting' | 'webinar'): Answer {
  return zoomError(400, 300, `Invalid ${kind} ID.`);
}

export function notFound(kind: 'meeting' | 'webinar', id: string): Answer {
  return zoomError(404, 3001, `${kind === 'webinar' ? 'Webinar' : 'Meeting'} does not exist: ${id}.`);
}

/** Webinars write their number with thousands separators here (Zoom API reference, section 2). */
export function notStarted(meeting: SandboxMeeting): Answer {
  if (meeting.kind === 'webinar') {
    return zoomError(400, 200, `Webinar ${meeting.id.replace(/\B(?=(\d{3})+$)/g, ',')} has not started.`);
  }
  return zoomError(400, meeting.notStartedCode, `Meeting ${meeting.id} has not started.`);
}

/** The live-stream 429 with the sentence of Zoom's 2021-22 edition. */
export function startLimited(id: string): Answer {
  return zoomError(
    429,
    429,
    `Too many requests submitted to start the live stream of this meeting: ${id}. If the live stream has not ` +
      'already started, retry making a new request after 30 seconds.',
  );
}

/**
 * The error for every request about this meeting, or null. `askedKind` is the kind in the path;
 * `account` is the requesting account. Zoom API reference, sections 1 to 3.
 */
export function obstacle(meeting: SandboxMeeting, askedKind: 'meeting' | 'webinar', account: string): Answer | null {
  if (meeting.state === 'gone') return notFound(askedKind, meeting.id);
  if (meeting.kind !== askedKind) {
    return askedKind === 'meeting'
      ? zoomError(400, 3000, 'Cannot access webinar info.')
      : notFound('webinar', meeting.id);
  }
  if (!meeting.userExists) {
    return askedKind === 'meeting'
      ? zoomError(404, 1001, `User ${meeting.hostId} does not exist.`)
      : zoomError(400, 1001, `User does not exist: ${meeting.hostId}.`);
  }
  if (!meeting.userInAccount) return zoomError(400, 1010, `User does not belong to this account: ${account}.`);
  if (!meeting.permitted) {
    return askedKind === 'webinar' ? zoomError(400, 200, 'No permission.') : zoomError(403, 403, 'No permission.');
  }
  if (askedKind === 'webinar' && !meeting.webinarPlan) {
    const text = 'Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user';
    return zoomError(400, 200, `${text} in order to perform this action.`);
  }
  if (!meeting.hostAllowed) {
    return zoomError(400, 3161, 'Your user account is not allowed meeting hosting and scheduling capabilities.');
  }
  return null;
}

/** The live-streaming setting is off: the same for status and configuration requests. */
export function settingObstacle(meeting: SandboxMeeting): Answer | null {
  if (meeting.settingEnabled) return null;
  return meeting.kind === 'webinar'
    ? zoomError(400, 200, 'The current user has not enabled the custom live streaming feature of the webinar.')
    : zoomError(400, 3000, 'Live streaming is not enabled for this meeting.');
}

/** The error that prevents streaming of this meeting, or null. */
export function streamObstacle(meeting: SandboxMeeting): Answer | null {
  if (meeting.e2ee && meeting.kind === 'meeting') {
    return zoomError(400, 4400, 'End-to-end encrypted meetings currently do not support the livestreaming feature.');
  }
  const setting = settingObstacle(meeting);
  if (setting) return setting;
  return meeting.configured
    ? null
    : zoomError(400, 3000, `The current ${meeting.kind} is not configured with a custom streaming service.`);
}
