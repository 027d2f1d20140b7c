import { HONEYPOT_FIELD, type SourceOf } from '@sydx/contract';

type FormSource = Pick<SourceOf<'form'>, 'url' | 'settings'>;

/** A form that works as it is: the fields that are mapped, a message, and the trap for robots. */
export function htmlSnippet({ url, settings: { fields, honeypot = HONEYPOT_FIELD } }: FormSource) {
  const { name, phone, email, campaign } = fields;
  return [
    `<form action="${escaped(url)}" method="post">`,
    ...input('Name', name, 'autocomplete="name"'),
    ...input('Phone', phone, 'type="tel" autocomplete="tel"'),
    ...input('Email', email, 'type="email" autocomplete="email"'),
    '  <label>Message <textarea name="message"></textarea></label>',
    ...(campaign === undefined
      ? []
      : [`  <input type="hidden" name="${escaped(campaign)}" value="Website">`]),
    '  <!-- People do not see this field; robots fill it. -->',
    `  <div hidden><input name="${escaped(honeypot)}" tabindex="-1" autocomplete="off"></div>`,
    '  <button>Send</button>',
    '</form>',
  ].join('\n');
}

/** For a page that stays where it is: sends the first form of the page, and its repeats as one lead. */
export function scriptSnippet({ url }: FormSource): string {
  return `const form = document.querySelector('form');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  // Pressed twice, or sent again after a failure: still one lead.
  form.dataset.id ??= \`\${Date.now()}-\${Math.random()}\`;
  fields.set('_id', form.dataset.id);
  fields.set('_page', location.href);
  fields.set('_referrer', document.referrer);
  const answer = await fetch('${url}', { method: 'POST', body: fields });
  if (answer.ok) form.replaceWith('Thank you.');
  else alert((await answer.json()).detail);
});`;
}

function input(label: string, field: string | undefined, more: string): string[] {
  if (field === undefined) return [];
  return [`  <label>${label} <input name="${escaped(field)}" ${more}></label>`];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
