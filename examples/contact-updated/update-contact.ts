import { createPublisher } from '@sydx/sdk';

const publisher = createPublisher({
  baseUrl: process.env.SYDX_URL,
  apiKey: process.env.SYDX_API_KEY,
});

interface Contact {
  phone: string;
  name: string;
  email: string;
  tags: string[];
}

/** Tells which fields are others than before, with their new values. @returns null when none is */
async function tellContactUpdated(before: Contact, after: Contact): Promise<string | null> {
  const fields = ['name', 'email', 'tags'] as const;
  const changedFields = fields.filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  if (changedFields.length === 0) return null;
  const { id } = await publisher.publish({
    type: 'contact.updated',
    data: {
      contact: after.phone,
      changedFields,
      // The changed details stand beside their names: {"name": …, "tags": […]}.
      ...Object.fromEntries(changedFields.map((field) => [field, after[field]])),
    },
  });
  return id;
}

const john: Contact = { phone: '919876543210', name: 'John Doe', email: '', tags: ['newsletter'] };
console.log(
  await tellContactUpdated(john, { ...john, name: 'John M. Doe', tags: ['vip', 'newsletter'] }),
);
