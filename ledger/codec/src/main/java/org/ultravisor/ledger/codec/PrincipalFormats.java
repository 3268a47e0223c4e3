package org.ultravisor.ledger.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ultravisor.ledger.core.Leaf;
import org.ultravisor.ledger.core.Principal;
import org.ultravisor.ledger.core.Role;
import org.ultravisor.ledger.core.Submission;

/**
 * Who asked, behind an entry or a leaf of which not all is {@link Principal#LOCAL}'s; such
 * documents are of a kind of their own. An entry has, behind its submissions,
 *
 * <pre>
 *   runs, (submissions, principal's number [, principal if the number is new])*
 * </pre>
 *
 * Numbers count principals as they first appear; 0 is LOCAL. Neighbouring runs differ. A leaf has
 * its principal only. Equal values have equal bytes.
 */
final class PrincipalFormats {
  private PrincipalFormats() {}

  private record Run(Principal principal, int length) {}

  /** Writes who asked each of an entry's submissions. */
  static void write(Sink out, List<Principal> principals) {
    List<Run> runs = runs(principals);
    List<Principal> known = new ArrayList<>(List.of(Principal.LOCAL));
    out.number(runs.size());
    for (Run run : runs) {
      int number = known.indexOf(run.principal);
      out.number(run.length).number(number < 0 ? known.size() : number);
      if (number < 0) {
        known.add(run.principal);
        principal(out, run.principal);
      }
    }
  }

  private static List<Run> runs(List<Principal> principals) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < principals.size(); ) {
      Principal principal = principals.get(i);
      int end = i + 1;
      while (end < principals.size() && principals.get(end).equals(principal)) {
        end++;
      }
      runs.add(new Run(principal, end - i));
      i = end;
    }
    return runs;
  }

  /** The submissions, as read, with those who asked them. */
  static List<Submission> read(Source in, List<Submission> submissions) {
    List<Principal> known = new ArrayList<>(List.of(Principal.LOCAL));
    List<Submission> all = new ArrayList<>(submissions.size());
    int last = -1;
    for (int runs = in.count("runs of principals", submissions.size()); runs > 0; runs--) {
      int length = in.count("submissions of a principal", submissions.size() - all.size());
      int number = in.count("a principal's number", known.size());
      if (length == 0 || number == last) {
        throw in.wrong("a run of another principal's submissions expected, found none");
      }
      last = number;
      if (number == known.size()) {
        known.add(fresh(in, known));
      }
      UnaryOperator<Submission> asked = by(known.get(number));
      for (int i = 0; i < length; i++) {
        all.add(asked.apply(submissions.get(all.size())));
      }
    }
    if (all.size() != submissions.size() || known.size() == 1) {
      throw in.wrong(
          "principals of %d submissions expected, found those of %d"
              .formatted(submissions.size(), all.size()));
    }
    return all;
  }

  private static UnaryOperator<Submission> by(Principal principal) {
    return principal.isLocal() ? submission -> submission : submission -> submission.by(principal);
  }

  private static Principal fresh(Source in, List<Principal> known) {
    Principal principal = principal(in);
    if (known.contains(principal)) {
      throw in.wrong("another principal expected, found again " + principal);
    }
    return principal;
  }

  /** Writes who asked a leaf's transaction. */
  static void write(Sink out, Principal principal) {
    principal(out, principal);
  }

  /** The leaf, as read, with who asked it. */
  static AuditLeaf read(Source in, AuditLeaf audited) {
    Leaf leaf = audited.leaf();
    Principal principal = fresh(in, List.of(Principal.LOCAL));
    return new AuditLeaf(
        new Leaf(
            leaf.sequence(), leaf.ledgerTime(), leaf.submission().by(principal), leaf.outcome()),
        audited.stateHash());
  }

  private static void principal(Sink out, Principal principal) {
    out.text(principal.name());
    out.each(principal.roles(), (to, role) -> to.code(Ids.ROLES, role));
    out.texts(principal.partitions());
  }

  private static Principal principal(Source in) {
    String name = in.text();
    List<Role> roles = in.each("roles", from -> from.code(Ids.ROLES));
    List<String> partitions = in.texts();
    Principal principal = new Principal(name, roles, partitions);
    if (!principal.roles().equals(roles) || !principal.partitions().equals(partitions)) {
      throw in.wrong("roles and partitions in order and once each expected, of " + principal);
    }
    return principal;
  }
}
