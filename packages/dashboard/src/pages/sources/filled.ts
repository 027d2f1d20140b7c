/** The fields that say something, trimmed: those that were left empty are not sent. */
export function filled<Value extends string | number>(
  fields: Readonly<Record<string, Value | ''>>,
) {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value] as const)
      .filter(([, value]) => value !== ''),
  );
}
