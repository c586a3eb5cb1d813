import { describe, expect, it } from 'vitest';
import { openSandbox, type SandboxClient } from '../../support/sandbox-client.ts';

const HOST = 'dean@example.org';
const DAY = (day: number) => `2035-05-${String(day).padStart(2, '0')}T10:00:00Z`;

const put = (sandbox: SandboxClient, id: string, more: object) =>
  sandbox.control('PUT', `meetings/${id}`, { state: 'waiting', hostEmail: HOST, hostId: 'u-dean', ...more });

describe('the list of a host', () => {
  it('comes in pages, whose token ends after a quarter of an hour', async () => {
    const sandbox = await openSandbox();
    for (let i = 0; i < 5; i += 1) await put(sandbox, `8100000000${i}`, { startTime: DAY(1 + i), topic: `T${i}` });
    await put(sandbox, '81000000009', { hostEmail: 'other@example.org', startTime: DAY(1) });
    const first = (await sandbox.zoom('GET', `/users/${HOST}/meetings?type=upcoming&page_size=3`)).body;
    expect(first).toMatchObject({ page_size: 3, total_records: 5 });
    expect(first.meetings.map(({ topic }: { topic: string }) => topic)).toEqual(['T0', 'T1', 'T2']);
    expect(first.meetings[0]).toMatchObject({ id: 81000000000, host_id: 'u-dean', type: 2, start_time: DAY(1) });
    expect(first.meetings[0]).not.toHaveProperty('status');
    const next = `/users/${HOST}/meetings?type=upcoming&page_size=3&next_page_token=${first.next_page_token}`;
    expect((await sandbox.zoom('GET', next)).body).toMatchObject({ next_page_token: '', meetings: [{}, {}] });
    sandbox.advance(15 * 60_000);
    expect(await sandbox.zoom('GET', next)).toMatchObject({ status: 400, body: { code: 300 } });
  });

  it('refuses who is no user, and who has no webinars', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('PUT', 'users/gone@example.org', { exists: false });
    await sandbox.control('PUT', `users/${HOST}`, { webinarPlan: false });
    expect(await sandbox.zoom('GET', '/users/gone@example.org/meetings')).toMatchObject({
      status: 404,
      body: { code: 1001 },
    });
    expect((await sandbox.zoom('GET', `/users/${HOST}/webinars`)).body.message).toContain('Webinar plan is missing');
  });

  it('shows the occurrences that take place, and in the meeting itself also the deleted ones', async () => {
    const sandbox = await openSandbox();
    const occurrences = [1, 8, 15].map((day) => ({ startTime: DAY(day), duration: 45 }));
    await put(sandbox, '82000000001', { type: 8, occurrences });
    await sandbox.control('POST', 'meetings/82000000001/delete', { occurrenceId: String(Date.parse(DAY(8))) });
    const listed = (await sandbox.zoom('GET', `/users/u-dean/meetings?type=scheduled`)).body.meetings;
    expect(listed.map((one: { start_time: string }) => one.start_time)).toEqual([DAY(1), DAY(15)]);
    const whole = (await sandbox.zoom('GET', '/meetings/82000000001')).body;
    expect(whole.occurrences).toEqual(
      [1, 8, 15].map((day) => ({
        ...{ occurrence_id: String(Date.parse(DAY(day))), start_time: DAY(day), duration: 45 },
        status: day === 8 ? 'deleted' : 'available',
      })),
    );
  });
});

describe('what a person does to a meeting in Zoom', () => {
  it('changes what Zoom shows from then on', async () => {
    const sandbox = await openSandbox();
    const id = '83000000001';
    const occurrences = [1, 8].map((day) => ({ startTime: DAY(day) }));
    const made = await sandbox.control('POST', `meetings/${id}/create`, { type: 8, occurrences, hostEmail: HOST });
    expect(made).toMatchObject({ status: 201, body: { state: 'waiting' } });
    expect((await sandbox.control('POST', `meetings/${id}/create`, {})).status).toBe(409);
    const occurrenceId = String(Date.parse(DAY(8)));
    await sandbox.control('POST', `meetings/${id}/update`, { occurrenceId, startTime: DAY(9) });
    expect((await sandbox.zoom('GET', `/meetings/${id}`)).body.occurrences[1]).toMatchObject({
      occurrence_id: occurrenceId,
      start_time: DAY(9),
    });
    expect((await sandbox.control('POST', `meetings/${id}/delete`, { occurrenceId: '1' })).status).toBe(404);
    await sandbox.control('POST', `meetings/${id}/delete`);
    expect((await sandbox.zoom('GET', `/meetings/${id}`)).status).toBe(404);
  });
});
