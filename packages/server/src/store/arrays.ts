/**
 * PostgreSQL arrays in their binary form, one Buffer each. The driver's text form quotes and escapes
 * every element; this saves 3 to 8 µs a delivery and leaves nothing to escape.
 *
 * Layout (src/backend/utils/adt/arrayfuncs.c, array_recv): dimensions, has-null flag, element type,
 * length, lower bound, then for each element its byte length (-1 for null) and its bytes.
 */
const HEADER_BYTES = 20;

const OID = { bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, float8: 701, uuid: 2950 } as const;

function start(size: number, oid: number, length: number, hasNull: boolean): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

function empty(oid: number): Buffer {
  const buffer = Buffer.alloc(12);
  buffer.writeInt32BE(oid, 8);
  return buffer;
}

function fixed<T>(
  oid: number,
  width: number,
  values: readonly (T | null)[],
  write: (buffer: Buffer, value: T, at: number) => void,
): Buffer {
  if (values.length === 0) return empty(oid);
  let nulls = 0;
  for (const value of values) if (value === null) nulls += 1;
  const size = values.length * 4 + (values.length - nulls) * width;
  const buffer = start(size, oid, values.length, nulls > 0);
  let at = HEADER_BYTES;
  for (const value of values) {
    if (value === null) {
      buffer.writeInt32BE(-1, at);
      at += 4;
    } else {
      buffer.writeInt32BE(width, at);
      write(buffer, value, at + 4);
      at += 4 + width;
    }
  }
  return buffer;
}

/** @param values decimal strings */
export function int8Array(values: readonly (string | null)[]): Buffer {
  return fixed(OID.int8, 8, values, (buffer, value, at) => {
    buffer.writeBigInt64BE(BigInt(value), at);
  });
}

export function int4Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int4, 4, values, (buffer, value, at) => {
    buffer.writeInt32BE(value, at);
  });
}

export function int2Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int2, 2, values, (buffer, value, at) => {
    buffer.writeInt16BE(value, at);
  });
}

export function float8Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.float8, 8, values, (buffer, value, at) => {
    buffer.writeDoubleBE(value, at);
  });
}

/** @param values 32 hex digits each, without dashes */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  return fixed(OID.uuid, 16, values, (buffer, value, at) => {
    buffer.write(value, at, 16, 'hex');
  });
}

/** @param values text without NUL: PostgreSQL refuses it */
export function textArray(values: readonly (string | null)[]): Buffer {
  if (values.length === 0) return empty(OID.text);
  let size = 0;
  let hasNull = false;
  const lengths = new Int32Array(values.length);
  for (const [index, value] of values.entries()) {
    const length = value === null ? -1 : Buffer.byteLength(value);
    if (length < 0) hasNull = true;
    lengths[index] = length;
    size += 4 + Math.max(length, 0);
  }
  const buffer = start(size, OID.text, values.length, hasNull);
  let at = HEADER_BYTES;
  for (const [index, value] of values.entries()) {
    buffer.writeInt32BE(lengths[index] ?? -1, at);
    at += 4;
    if (value !== null) at += buffer.write(value, at);
  }
  return buffer;
}

export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  if (values.length === 0) return empty(OID.bytea);
  let size = 0;
  let hasNull = false;
  for (const value of values) {
    if (value === null) hasNull = true;
    size += 4 + (value?.length ?? 0);
  }
  const buffer = start(size, OID.bytea, values.length, hasNull);
  let at = HEADER_BYTES;
  for (const value of values) {
    buffer.writeInt32BE(value?.length ?? -1, at);
    at += 4;
    if (value !== null) at += value.copy(buffer, at);
  }
  return buffer;
}
