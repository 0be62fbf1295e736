/** What the API server needs to speak TLS, in PEM. */
export interface ServerCertificates {
  /** The authority that clients have to trust. */
  caPem: string;
  certPem: string;
  keyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const LIFETIME_MS = 365 * 24 * HOUR_MS;

/** A new authority and a certificate by it for this machine's loopback names. `nowMs` is wall time. */
export async function createCertificates(nowMs: number): Promise<ServerCertificates> {
  // Loaded on demand: it is large, and only who starts an embedded cluster needs it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  // An hour of tolerance for a clock that was set back.
  const validity = { notBefore: new Date(nowMs - HOUR_MS), notAfter: new Date(nowMs + LIFETIME_MS) };
  const keyUsage = (flags: number) => new x509.KeyUsagesExtension(flags, true);
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;

  const caKeys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=Coxswain embedded cluster CA',
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      keyUsage(keyCertSign | cRLSign),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=coxswain-apiserver',
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      keyUsage(digitalSignature),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    caPem: ca.toString('pem'),
    certPem: certificate.toString('pem'),
    keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}
