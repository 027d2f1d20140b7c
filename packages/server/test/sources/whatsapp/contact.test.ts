import { checkEventData } from '@sydx/contract';
import { describe, expect, test } from 'vitest';
import {
  contactEvents,
  contactIdentifiers,
  type ObservedContact,
} from '../../../src/sources/whatsapp/contact.ts';
import { readNotification } from '../../../src/sources/whatsapp/read.ts';
import { whatsappFixture } from './fixtures.ts';

const ann: ObservedContact = { waId: '4917', userId: null, name: 'Ann', incoming: true };
const known = { identifiers: ['4917'], name: 'Ann' };

describe('a new contact messages for the first time', () => {
  test('contact.created', () => {
    const { event, next } = contactEvents(null, ann);
    expect(event).toEqual({
      type: 'contact.created',
      data: { name: 'Ann', waId: '4917', source: 'whatsapp' },
    });
    expect(next).toEqual(known);
  });

  test('without a profile name: no name', () => {
    expect(contactEvents(null, { ...ann, name: null }).event?.data).toEqual({
      waId: '4917',
      source: 'whatsapp',
    });
  });

  test('with a hidden number: the user id says who', () => {
    const hidden = { ...ann, waId: null, userId: 'US.1' };
    const { event } = contactEvents(null, hidden);
    expect(event?.data).toEqual({ name: 'Ann', waId: null, userId: 'US.1', source: 'whatsapp' });
    expect(checkEventData('contact.created', event?.data)).toEqual([]);
  });

  test('an echo or a status is no message of theirs: nothing, so that the first one still counts', () => {
    const outcome = contactEvents(null, { ...ann, incoming: false });
    expect(outcome).toEqual({ event: null, next: null, forget: [] });
  });

  test('the second message says nothing new', () => {
    const { next } = contactEvents(null, ann);
    expect(contactEvents(next, ann)).toEqual({ event: null, next, forget: [] });
  });
});

describe("a contact's profile is updated", () => {
  test('another profile name', () => {
    const { event, next } = contactEvents(known, { ...ann, name: 'Anna', incoming: false });
    expect(event).toEqual({
      type: 'contact.updated',
      data: { contact: '4917', changedFields: ['name'], name: 'Anna' },
    });
    expect(next?.name).toBe('Anna');
  });

  test('no name in the notification is no change of name', () => {
    expect(contactEvents(known, { ...ann, name: null })).toMatchObject({
      event: null,
      next: { name: 'Ann' },
    });
  });

  test('another number, as WhatsApp announces it', () => {
    const notification = whatsappFixture('system', 'phone_number_change');
    const observed = readNotification(notification).observations[0]!.contact!;
    expect(contactIdentifiers(observed)).toEqual(['972987654321', '972912345678']);
    const outcome = contactEvents({ identifiers: ['972987654321'], name: 'Ann' }, observed);
    expect(outcome).toEqual({
      event: {
        type: 'contact.updated',
        data: {
          contact: '972912345678',
          changedFields: ['contact'],
          name: 'Ann',
          previousContact: '972987654321',
        },
      },
      next: { identifiers: ['972912345678'], name: 'Ann' },
      forget: ['972987654321'],
    });
    expect(checkEventData('contact.updated', outcome.event?.data)).toEqual([]);
  });

  test('another number of someone whom this tenant had not met', () => {
    const { event, next } = contactEvents(null, { ...ann, incoming: false, previousWaId: '4916' });
    expect(event).toMatchObject({ data: { contact: '4917', changedFields: ['contact'] } });
    expect(contactEvents(next, ann).event).toBeNull();
  });

  test('a number where only the user id was known', () => {
    const outcome = contactEvents(
      { identifiers: ['US.1'], name: 'Ann' },
      { ...ann, userId: 'US.1' },
    );
    expect(outcome.event?.data).toEqual({
      contact: '4917',
      userId: 'US.1',
      changedFields: ['contact'],
      name: 'Ann',
    });
    expect(outcome.next?.identifiers).toEqual(['4917', 'US.1']);
  });

  test('a number that gets hidden makes no new contact', () => {
    const met = contactEvents(null, { ...ann, userId: 'US.1' }).next!;
    expect(met.identifiers).toContain('US.1');
    const hidden = { ...ann, waId: null, userId: 'US.1' };
    expect(contactEvents({ ...met, identifiers: ['US.1'] }, hidden).event).toBeNull();
  });

  test('another user id', () => {
    const observed = { ...ann, incoming: false, userId: 'US.2', previousUserId: 'US.1' };
    const outcome = contactEvents({ identifiers: ['4917', 'US.1'], name: 'Ann' }, observed);
    expect(outcome.event?.data).toMatchObject({
      contact: '4917',
      userId: 'US.2',
      changedFields: ['userId'],
      previousUserId: 'US.1',
    });
    expect(outcome.forget).toEqual(['US.1']);
  });
});
