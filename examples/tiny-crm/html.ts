/** Text of customers, as text. */
export function escape(text: unknown): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return String(text).replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** A form that posts its fields. A field's text is what it begins with; `=…` is hidden, `?…` may be empty, `<…` is HTML. */
export function form(action: string, button: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(([name, field]) => {
    if (field.startsWith('<')) return `<label>${name} ${field}</label>`;
    if (field.startsWith('=')) {
      return `<input type="hidden" name="${name}" value="${escape(field.slice(1))}">`;
    }
    const [value, required] = field.startsWith('?') ? [field.slice(1), ''] : [field, ' required'];
    return `<label>${name} <input name="${name}" value="${escape(value)}"${required}></label>`;
  });
  return `<form method="post" action="${action}">${inputs.join('')}<button>${button}</button></form>`;
}

export function select(
  name: string,
  options: readonly { value: unknown; label: string }[],
): string {
  const choices = options.map(
    ({ value, label }) => `<option value="${escape(value)}">${escape(label)}</option>`,
  );
  return `<select name="${name}" required>${choices.join('')}</select>`;
}

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
  body { font: 16px/1.5 system-ui; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .5rem 0 1rem }
  label { display: grid; font-size: .85rem }
  input, select, button { font: inherit; padding: .25rem .5rem }
</style>
<h1>${escape(title)}</h1>
${body}
</html>
`;
}
