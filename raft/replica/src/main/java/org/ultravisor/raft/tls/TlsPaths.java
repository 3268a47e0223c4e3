package org.ultravisor.raft.tls;

import java.nio.file.Path;

/**
 * PEM files.
 *
 * @param certificate this process' own, with the chain up to but without its authority
 * @param key its private key, PKCS #8 without a password; nobody else should be able to read it
 * @param trust the authorities whose certificates are accepted
 */
public record TlsPaths(Path certificate, Path key, Path trust) {
  /** The files of a directory as {@code ultravisor cluster certs} names them. */
  public static TlsPaths in(Path directory) {
    return new TlsPaths(
        directory.resolve("certificate.pem"),
        directory.resolve("key.pem"),
        directory.resolve("trust.pem"));
  }
}
