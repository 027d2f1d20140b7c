const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const MONTH = `(?<month>${MONTHS.join('|')})`;

/** The three forms that a recipient must accept (RFC 9110 section 5.6.7). */
const FORMS = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^${DAY}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^${LONG_DAY}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`),
  // asctime: Sun Nov  6 08:49:37 1994
  new RegExp(`^${DAY} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads an HTTP date. Date.parse would take nearly anything, each engine in its own way, so only
 * the three forms pass, and only days that exist. A wrong name of the weekday is forgiven.
 *
 * @param nowMs decides the century of two-digit years: at most 50 years ahead
 * @returns ms since 1970, or null
 */
export function parseHttpDateMs(text: string, nowMs: number): number | null {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts) return toMs(parts, nowMs);
  }
  return null;
}

function toMs(parts: Record<string, string | undefined>, nowMs: number): number | null {
  const number = (name: string) => Number(parts[name]);
  const month = MONTHS.indexOf(parts.month ?? '');
  const [day, hour, minute, second] = [
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  ];
  // Second 60 is a leap second: Date.UTC carries it into the next minute.
  if (hour > 23 || minute > 59 || second > 60) return null;
  const year = parts.year?.length === 2 ? fullYear(number('year'), nowMs) : number('year');
  // Date.UTC reads years below 100 as 19xx; no server means the first century.
  if (year < 100 || day < 1 || day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate())
    return null;
  return Date.UTC(year, month, day, hour, minute, second);
}

function fullYear(lastTwoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + lastTwoDigits;
  if (year > thisYear + 50) return year - 100;
  return year <= thisYear - 50 ? year + 100 : year;
}
