package org.ultravisor.raft.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;

/**
 * Names and roles in certificates: the name is the subject's one CN, a role is a URI among the
 * alternative names.
 *
 * <pre>
 *   urn:ultravisor:role:operations
 *   urn:ultravisor:role:command
 *   urn:ultravisor:role:replica
 *   urn:ultravisor:role:auditor
 *   urn:ultravisor:role:monitor:PARTITION     one for each of its partitions
 * </pre>
 */
public final class Identities {
  private static final String OURS = "urn:ultravisor:";
  private static final String ROLE = OURS + "role:";
  private static final String MONITOR = "monitor:";
  private static final int URI = 6; // its tag among the kinds of alternative names

  private Identities() {}

  /**
   * Whose certificate it is; whether it is to be trusted is another question.
   *
   * @throws CertificateException if it has no name or no role, or something that looks like a role
   *     and is none
   */
  public static Principal principal(X509Certificate certificate) throws CertificateException {
    String name = name(certificate);
    List<Role> roles = new ArrayList<>();
    List<String> partitions = new ArrayList<>();
    for (String uri : uris(certificate)) {
      if (!uri.toLowerCase(Locale.ROOT).startsWith(OURS)) {
        continue;
      }
      if (uri.startsWith(ROLE + MONITOR)) {
        roles.add(Role.MONITOR);
        partitions.add(uri.substring((ROLE + MONITOR).length()));
      } else {
        roles.add(role(name, uri));
      }
    }
    if (roles.isEmpty()) {
      throw new CertificateException(
          "the certificate of '%s' has no role; expected an alternative name such as URI:%s%s"
              .formatted(name, ROLE, "command"));
    }
    try {
      return new Principal(name, roles, partitions);
    } catch (IllegalArgumentException e) {
      throw new CertificateException(
          "the certificate of '%s' names nobody: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** The URI that gives a role. */
  public static String uri(Role role) {
    if (role == Role.MONITOR) {
      throw new IllegalArgumentException("a monitor is one of a partition");
    }
    return ROLE + role.name().toLowerCase(Locale.ROOT);
  }

  /** The URI of a partition's monitor. */
  public static String monitorUri(String partition) {
    return ROLE + MONITOR + partition;
  }

  private static Role role(String name, String uri) throws CertificateException {
    return Arrays.stream(Role.values())
        .filter(role -> role != Role.MONITOR && uri(role).equals(uri))
        .findFirst()
        .orElseThrow(
            () ->
                new CertificateException(
                    "the certificate of '%s' has '%s', which is no role".formatted(name, uri)));
  }

  private static String name(X509Certificate certificate) throws CertificateException {
    String subject = certificate.getSubjectX500Principal().getName();
    try {
      List<String> names = new ArrayList<>();
      for (Rdn part : new LdapName(subject).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          names.add(String.valueOf(part.getValue()));
        }
      }
      if (names.size() != 1) {
        throw new CertificateException(
            "the subject must have one CN, the principal's name, found '%s'".formatted(subject));
      }
      return names.getFirst();
    } catch (InvalidNameException e) {
      throw new CertificateException("the subject is no name: " + subject, e);
    }
  }

  private static List<String> uris(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(each -> Integer.valueOf(URI).equals(each.getFirst()))
            .map(each -> String.valueOf(each.get(1)))
            .toList();
  }
}
