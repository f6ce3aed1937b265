import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import { writeSecret } from './secret-file.ts';

/** What a TLS server of the hub needs, and what a client needs to trust it. All PEM. */
export interface Certificates {
  readonly key: string;
  /** The server's certificate, then the CA's. */
  readonly cert: string;
  readonly ca: string;
  /** SHA-256 of the CA's certificate, `AB:CD:…`: what a person compares. */
  readonly fingerprint: string;
}

export interface CertificateDeps {
  /** `storage/tls`. */
  readonly folder: string;
  /** Every name and address the hub is reached by; see `ownNames`. */
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The hub's own CA and server certificate. The CA is made once and kept; the server's is made anew when it is about to
 * expire, when the hub has a name or address it does not hold, or when it cannot be read. Keys are readable by the
 * hub's user alone.
 */
export async function openCertificates(deps: CertificateDeps): Promise<Certificates> {
  x509.cryptoProvider.set(webcrypto);
  await mkdir(deps.folder, { recursive: true, mode: 0o700 });
  const authority = (await readPair(deps, 'ca')) ?? (await makeAuthority(deps));
  const server = await readPair(deps, 'server');
  const fit = server && isFit(deps, server.certificate, authority.certificate);
  const { key, certificate } = fit ? server : await makeServer(deps, authority);
  const ca = pem(authority.certificate);
  return { key, cert: pem(certificate) + ca, ca, fingerprint: fingerprintOf(authority.certificate) };
}

/** Every name and address by which the house may call this machine, `hostname` first. */
export function ownNames(hostname: string): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const plain = addresses.filter((address) => isIP(address) !== 0);
  return [...new Set([hostname, `${hostname}.local`, 'localhost', '127.0.0.1', '::1', ...plain])];
}

interface Pair {
  readonly key: string;
  readonly certificate: x509.X509Certificate;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 20 * 365;
/** Some clients refuse certificates that are valid for longer. */
const SERVER_DAYS = 397;
const RENEW_DAYS = 60;
const SECRET_FILE = 0o600;

async function makeAuthority(deps: CertificateDeps): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(deps, AUTHORITY_DAYS),
    name: `CN=Hearth home authority ${deps.random.hex(4)}`,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return await writePair(deps, 'ca', keys, certificate);
}

async function makeServer(deps: CertificateDeps, authority: Pair): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(deps, SERVER_DAYS),
    subject: `CN=${deps.names[0] ?? 'hearth'}`,
    issuer: authority.certificate.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(deps.names.map(alternativeName)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  return await writePair(deps, 'server', keys, certificate);
}

function alternativeName(name: string): x509.JsonGeneralName {
  return isIP(name) ? { type: 'ip', value: name } : { type: 'dns', value: name };
}

/** A day of leave to either side for clients whose clock is not set yet. */
function validity({ clock, random }: CertificateDeps, days: number) {
  const notBefore = new Date(clock.now() - DAY_MS);
  const notAfter = new Date(clock.now() + days * DAY_MS);
  // a positive number, as RFC 5280 4.1.2.2 asks
  return { notBefore, notAfter, serialNumber: `4${random.hex(16).slice(1)}` };
}

function isFit(
  { clock, names }: CertificateDeps,
  certificate: x509.X509Certificate,
  ca: x509.X509Certificate,
): boolean {
  const left = certificate.notAfter.getTime() - clock.now();
  const begun = certificate.notBefore.getTime() <= clock.now();
  const held = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.map(({ value }) => value);
  const current = names.every((name) => held?.includes(name));
  return begun && left > RENEW_DAYS * DAY_MS && current && certificate.issuer === ca.subject;
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

async function importKey(text: string): Promise<webcrypto.CryptoKey> {
  const bytes = x509.PemConverter.decodeFirst(text);
  return (await webcrypto.subtle.importKey('pkcs8', bytes, ALGORITHM, false, ['sign'])) as webcrypto.CryptoKey;
}

/** The key goes first: after a crash in between the pair does not match and is made anew. */
async function writePair(
  deps: CertificateDeps,
  name: string,
  keys: webcrypto.CryptoKeyPair,
  certificate: x509.X509Certificate,
) {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = `${x509.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`;
  await writeSecret(join(deps.folder, `${name}.key`), key, SECRET_FILE);
  await writeSecret(join(deps.folder, `${name}.crt`), pem(certificate), SECRET_FILE);
  return { key, certificate };
}

/** Undefined when there is none, it cannot be read, or key and certificate do not belong together. */
async function readPair({ folder }: CertificateDeps, name: string): Promise<Pair | undefined> {
  try {
    const key = await readFile(join(folder, `${name}.key`), 'utf8');
    const certificate = new x509.X509Certificate(await readFile(join(folder, `${name}.crt`), 'utf8'));
    return (await belongTogether(key, certificate)) ? { key, certificate } : undefined;
  } catch {
    return undefined;
  }
}

async function belongTogether(key: string, certificate: x509.X509Certificate): Promise<boolean> {
  const probe = new Uint8Array(32);
  const signature = await webcrypto.subtle.sign(ALGORITHM, await importKey(key), probe);
  const publicKey = (await certificate.publicKey.export(ALGORITHM, ['verify'])) as webcrypto.CryptoKey;
  return await webcrypto.subtle.verify(ALGORITHM, publicKey, signature, probe);
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

function fingerprintOf(certificate: x509.X509Certificate): string {
  const hex = createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex').toUpperCase();
  return hex.match(/../g)?.join(':') ?? '';
}
