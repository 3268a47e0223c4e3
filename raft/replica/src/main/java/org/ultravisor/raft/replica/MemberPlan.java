package org.ultravisor.raft.replica;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a change makes of the members, or why it is not to be: pure, so that every rule has a test.
 *
 * @param voters after the change
 * @param listeners after the change
 * @param joining who must be caught up first, if anyone
 * @param answer if there is nothing to do
 */
record MemberPlan(
    List<Peer> voters,
    List<Peer> listeners,
    Optional<Peer> joining,
    @Nullable ChangeProgress answer) {

  /**
   * @param alive replicas that were heard of lately, the leader included
   */
  static MemberPlan of(MemberChange change, Membership now, Set<String> alive) {
    return switch (change) {
      case MemberChange.Add add -> add(add, now);
      case MemberChange.Remove remove -> remove(remove, now, alive);
      case MemberChange.Replace replace -> replace(replace, now, alive);
    };
  }

  private static MemberPlan add(MemberChange.Add add, Membership now) {
    Peer peer = add.peer();
    Optional<Peer> member = now.find(peer.id());
    if (member.isPresent()) {
      boolean same = member.get().equals(peer) && now.isVoter(peer.id()) != add.listener();
      return same
          ? answer(ChangeProgress.done(peer.id() + " is a member"))
          : refused(
              "%s is a member already, as a %s at %s: remove it first, and add it under a new id"
                  .formatted(
                      peer.id(),
                      now.isVoter(peer.id()) ? "voter" : "listener",
                      member.get().address()));
    }
    Optional<String> clash = clash(peer, now);
    return clash.isPresent()
        ? refused(clash.get())
        : new MemberPlan(
            add.listener() ? now.voters() : with(now.voters(), peer),
            add.listener() ? with(now.listeners(), peer) : now.listeners(),
            Optional.of(peer),
            null);
  }

  private static MemberPlan remove(MemberChange.Remove remove, Membership now, Set<String> alive) {
    String id = remove.id();
    if (now.find(id).isEmpty()) {
      return answer(ChangeProgress.done(id + " is not a member"));
    }
    List<Peer> voters = without(now.voters(), id);
    if (now.isVoter(id)) {
      Optional<String> stuck = stuck(voters, alive);
      if (stuck.isPresent()) {
        return refused("without " + id + stuck.get());
      }
      if (!remove.force() && voters.size() < 3 && voters.size() < now.voters().size()) {
        return refused(
            "without %s, %d voters would be left, and a cluster needs 3 to go on when one fails: use"
                    .formatted(id, voters.size())
                + " 'replace', or say --force");
      }
    }
    return new MemberPlan(voters, without(now.listeners(), id), Optional.empty(), null);
  }

  private static MemberPlan replace(
      MemberChange.Replace replace, Membership now, Set<String> alive) {
    Peer peer = replace.peer();
    boolean goes = now.find(replace.old()).isPresent();
    boolean comes = now.find(peer.id()).isEmpty();
    if (!goes && !comes) {
      return answer(
          ChangeProgress.done("%s is a member, %s is not".formatted(peer.id(), replace.old())));
    }
    if (!goes || !comes) {
      return refused(
          !goes
              ? "%s is not a member; use 'add'".formatted(replace.old())
              : "%s is a member already; use 'remove %s'".formatted(peer.id(), replace.old()));
    }
    Optional<String> clash = clash(peer, now);
    if (clash.isPresent()) {
      return refused(clash.get());
    }
    boolean voter = now.isVoter(replace.old());
    List<Peer> voters = without(now.voters(), replace.old());
    List<Peer> listeners = without(now.listeners(), replace.old());
    List<Peer> newVoters = voter ? with(voters, peer) : voters;
    Set<String> aliveThen = new HashSet<>(alive);
    aliveThen.add(peer.id()); // it is caught up before it counts
    Optional<String> stuck = stuck(newVoters, aliveThen);
    return stuck.isPresent()
        ? refused("with %s for %s%s".formatted(peer.id(), replace.old(), stuck.get()))
        : new MemberPlan(
            newVoters, voter ? listeners : with(listeners, peer), Optional.of(peer), null);
  }

  /** Two replicas at one address would be taken for each other. */
  private static Optional<String> clash(Peer peer, Membership now) {
    return now.all().stream()
        .filter(
            other ->
                other.address().equals(peer.address())
                    || (!peer.commandAddress().isEmpty()
                        && other.commandAddress().equals(peer.commandAddress())))
        .findFirst()
        .map(
            other ->
                "%s has the raft address %s and the command address %s: give %s others, or remove %s"
                        .formatted(
                            other.id(),
                            other.address(),
                            other.commandAddress(),
                            peer.id(),
                            other.id())
                    + " before it starts");
  }

  /** Why these voters could not decide anything, if so. */
  private static Optional<String> stuck(List<Peer> voters, Set<String> alive) {
    List<String> dead = voters.stream().map(Peer::id).filter(id -> !alive.contains(id)).toList();
    int living = voters.size() - dead.size();
    return living > voters.size() / 2
        ? Optional.empty()
        : Optional.of(
            ", only %d of %d voters would be alive, which is no majority (silent: %s): bring them back"
                    .formatted(living, voters.size(), dead)
                + " or replace them first");
  }

  private static List<Peer> with(List<Peer> peers, Peer more) {
    List<Peer> all = new ArrayList<>(peers);
    all.add(more);
    return all;
  }

  private static List<Peer> without(List<Peer> peers, String id) {
    return peers.stream().filter(peer -> !peer.id().equals(id)).toList();
  }

  private static MemberPlan answer(ChangeProgress answer) {
    return new MemberPlan(List.of(), List.of(), Optional.empty(), answer);
  }

  private static MemberPlan refused(String why) {
    return answer(ChangeProgress.refused(why));
  }
}
