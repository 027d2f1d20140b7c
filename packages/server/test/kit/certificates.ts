import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** What `https.createServer` and `tls.createServer` take, in PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface LeafOptions {
  /** Names and addresses that the certificate is for. */
  hosts: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A private certificate authority for one test file. Nothing of it touches the disk. */
export interface CertificateAuthority {
  /** The authority's own certificate in PEM: what `ca` or NODE_EXTRA_CA_CERTS takes. */
  readonly ca: string;
  issue(leaf: LeafOptions): Promise<ServerCertificate>;
}

export async function createAuthority(name = 'Sydx Test CA'): Promise<CertificateAuthority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    ...validity({}),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    ca: authority.toString('pem').concat('\n'),
    async issue(leaf) {
      const leafKeys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject: `CN=${leaf.hosts[0]}`,
        issuer: authority.subject,
        ...validity(leaf),
        signingAlgorithm: ALGORITHM,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          ...leafExtensions(leaf),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return {
        key: await exportKey(leafKeys.privateKey),
        cert: certificate.toString('pem').concat('\n'),
      };
    },
  };
}

/** A certificate that vouches for itself, as a home-made server has. */
export async function createSelfSigned(leaf: LeafOptions): Promise<ServerCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${leaf.hosts[0]}`,
    ...validity(leaf),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: leafExtensions(leaf),
  });
  return { key: await exportKey(keys.privateKey), cert: certificate.toString('pem').concat('\n') };
}

/** A certificate whose time ran out yesterday. */
export const EXPIRED = {
  notBefore: new Date(Date.now() - 30 * DAY_MS),
  notAfter: new Date(Date.now() - DAY_MS),
};

function leafExtensions({ hosts }: LeafOptions): x509.Extension[] {
  return [
    new x509.BasicConstraintsExtension(false),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(
      hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value })),
    ),
  ];
}

function validity({ notBefore, notAfter }: Partial<LeafOptions>): {
  notBefore: Date;
  notAfter: Date;
} {
  return {
    notBefore: notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: notAfter ?? new Date(Date.now() + 30 * DAY_MS),
  };
}

function serialNumber(): string {
  return `01${Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')}`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
