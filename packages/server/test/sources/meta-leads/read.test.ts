import { describe, expect, test } from 'vitest';
import { parseLenient } from '../../../src/exact/index.ts';
import { leadEvent } from '../../../src/sources/meta-leads/lead-event.ts';
import { readLeadNotification } from '../../../src/sources/meta-leads/read.ts';
import { leadgenFixture } from './fixtures.ts';

function read(text: string) {
  const parsed = parseLenient(text);
  if (!parsed.ok) throw new Error(parsed.detail);
  return readLeadNotification(parsed.value);
}

function readLead(text: string): Record<string, unknown> {
  const parsed = parseLenient(text);
  return parsed.ok ? (parsed.value as Record<string, unknown>) : {};
}

const announced = {
  leadgenId: '233370042045345',
  pageId: '138124712925158',
  formId: '172036835026334',
  adId: null,
  submittedMs: 1_630_087_926_000,
};

describe('a notification', () => {
  test('names the lead, its page and its form', () => {
    expect(read(leadgenFixture('notification'))).toEqual({ leads: [announced], unknown: [] });
  });

  test('may have numeric ids', () => {
    expect(read(leadgenFixture('notification-numeric-ids')).leads).toEqual([
      {
        leadgenId: '123123123123',
        pageId: '123123123',
        formId: '12312312312',
        adId: '12312312312',
        submittedMs: 1_440_120_384_000,
      },
    ]);
  });

  test.each([
    '9007199254740993',
    '12345678901234567890123',
    '30023997515803312',
    '1000000000000000000000',
  ])('ids never lose digits: %s as a number', (id) => {
    const text = leadgenFixture('notification-numeric-ids').replaceAll('123123123123', id);
    expect(read(text).leads[0]?.leadgenId).toBe(id);
  });

  test('holds many entries and changes', () => {
    const change = (id: string) => ({ field: 'leadgen', value: { leadgen_id: id } });
    const entries = [
      { id: '1', changes: [change('11'), change('12')] },
      { id: '2', changes: [change('21')] },
    ];
    const { leads } = read(JSON.stringify({ object: 'page', entry: entries }));
    expect(leads.map(({ leadgenId, pageId }) => [leadgenId, pageId])).toEqual([
      ['11', '1'],
      ['12', '1'],
      ['21', '2'],
    ]);
  });

  test.each([
    ['{"object":"user"}', 'user is not page'],
    ['[]', 'without a name is not page'],
    ['{"object":"page"}', 'a notification without changes'],
    ['{"object":"page","entry":[{"changes":[{"field":"feed"}]}]}', 'no event for the field feed'],
    [
      '{"object":"page","entry":[{"changes":[{"field":"leadgen","value":{"leadgen_id":"../me"}}]}]}',
      'a lead without leadgen_id',
    ],
    ['{"object":"page","entry":{"changes":3}}', 'a notification without changes'],
  ])('that says nothing to us is no error: %s', (text, unknown) => {
    expect(read(text)).toEqual({ leads: [], unknown: [unknown] });
  });
});

describe('lead.captured', () => {
  test('has name, phone, email, source facebook_ad, ids and all custom answers', () => {
    expect(leadEvent(readLead(leadgenFixture('lead')), announced)).toEqual({
      timestampMs: Date.parse('2018-02-28T08:49:14.000Z'),
      data: {
        name: 'Joe Example',
        phone: '15550100123',
        email: 'joe@example.com',
        source: 'facebook_ad',
        campaign: '120330000123456789',
        leadId: '233370042045345',
        pageId: '138124712925158',
        formId: '172036835026334',
        adId: '120330000123456789',
        answers: { car_make: 'Honda' },
      },
    });
  });

  test('has the campaign by the best name there is', () => {
    const campaignOf = (more: object) =>
      leadEvent({ field_data: [], ...more }, announced).data['campaign'];
    expect(campaignOf({ campaign_name: 'Diwali', ad_name: 'Ad' })).toBe('Diwali');
    expect(campaignOf({ ad_name: 'Ad', campaign_id: '7' })).toBe('Ad');
    expect(campaignOf({ campaign_id: '7', ad_id: '8' })).toBe('7');
    expect(campaignOf({})).toBe('172036835026334');
  });

  test('joins first and last name, and keeps every other answer as it came', () => {
    const field_data = [
      { name: 'first_name', values: ['Joe'] },
      { name: 'last_name', values: ['Example'] },
      { name: 'work_email', values: ['joe@work.example'] },
      { name: 'colours', values: ['red', 'blue'] },
      { name: 'nothing', values: [] },
      { name: '__proto__', values: ['a field like any other'] },
      { name: 'constructor' },
      'garbage',
    ];
    const { data, timestampMs } = leadEvent({ field_data, created_time: 'soon' }, announced);
    expect(timestampMs).toBe(announced.submittedMs);
    expect(data).toMatchObject({ name: 'Joe Example', email: 'joe@work.example' });
    expect(JSON.stringify(data['answers'])).toBe(
      '{"colours":["red","blue"],"nothing":null,"__proto__":"a field like any other","constructor":null}',
    );
  });

  test('fits a delivered body however much was answered', () => {
    const field_data = [{ name: 'essay', values: ['x'.repeat(300_000)] }];
    const { data } = leadEvent({ field_data }, announced);
    expect(JSON.stringify(data).length).toBeLessThan(96 * 1024);
    expect(data['truncated']).toEqual(['answers']);
  });
});
