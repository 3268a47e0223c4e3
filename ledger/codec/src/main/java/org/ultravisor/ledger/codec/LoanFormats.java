package org.ultravisor.ledger.codec;

import java.util.List;
import org.ultravisor.ledger.core.Borrower;
import org.ultravisor.ledger.core.Event.BorrowerRemoved;
import org.ultravisor.ledger.core.Event.ChannelClosed;
import org.ultravisor.ledger.core.Event.ChannelOpened;
import org.ultravisor.ledger.core.Event.ChannelStateChanged;
import org.ultravisor.ledger.core.Event.LoanEnded;
import org.ultravisor.ledger.core.Event.LoanOrphaned;
import org.ultravisor.ledger.core.Event.LoanReclaimed;
import org.ultravisor.ledger.core.Event.LoanSplit;
import org.ultravisor.ledger.core.Event.PagesLent;
import org.ultravisor.ledger.core.Event.PagesProtected;
import org.ultravisor.ledger.core.Event.PagesRetrieved;
import org.ultravisor.ledger.core.LoanBorrower;
import org.ultravisor.ledger.core.LoanPiece;
import org.ultravisor.ledger.core.Operation.CloseChannel;
import org.ultravisor.ledger.core.Operation.LendPages;
import org.ultravisor.ledger.core.Operation.OpenChannel;
import org.ultravisor.ledger.core.Operation.ProtectPages;
import org.ultravisor.ledger.core.Operation.ReclaimPages;
import org.ultravisor.ledger.core.Operation.RelinquishPages;
import org.ultravisor.ledger.core.Operation.RetrievePages;
import org.ultravisor.ledger.core.Operation.SharePages;

/**
 * Fields of what is asked and said of loans and of the channels that they carry, in the order of
 * the records' components.
 */
final class LoanFormats {
  private LoanFormats() {}

  static void addTo(Formats to) {
    addOperations(to);
    addEvents(to);
    addChannels(to);
  }

  private static void addOperations(Formats to) {
    to.add(
        LendPages.class,
        (out, v) -> {
          out.text(v.partition()).range(v.range());
          writeOffers(out, v.borrowers());
          out.flag(v.scrub());
        },
        in -> new LendPages(in.text(), in.range(), readOffers(in), in.flag()));
    to.add(
        SharePages.class,
        (out, v) -> {
          out.text(v.partition()).range(v.range());
          writeOffers(out, v.borrowers());
        },
        in -> new SharePages(in.text(), in.range(), readOffers(in)));
    to.add(
        RetrievePages.class,
        (out, v) -> out.text(v.partition()).number(v.loan()).orMinusOne(v.guestFrame()),
        in -> new RetrievePages(in.text(), in.number(), in.orMinusOne()));
    to.add(
        RelinquishPages.class,
        (out, v) -> out.text(v.partition()).number(v.loan()).flag(v.scrub()),
        in -> new RelinquishPages(in.text(), in.number(), in.flag()));
    to.add(
        ReclaimPages.class,
        (out, v) -> out.text(v.partition()).number(v.loan()),
        in -> new ReclaimPages(in.text(), in.number()));
    to.add(
        ProtectPages.class,
        (out, v) -> out.text(v.partition()).range(v.range()).rights(v.rights()),
        in -> new ProtectPages(in.text(), in.range(), in.rights()));
  }

  private static void addEvents(Formats to) {
    to.add(
        PagesLent.class,
        (out, v) -> {
          out.number(v.loan()).code(Ids.LOAN_KINDS, v.kind()).number(v.partition());
          out.range(v.range());
          out.each(v.pieces(), LoanFormats::writePiece);
          out.each(v.borrowers(), LoanFormats::writeBorrower);
        },
        in ->
            new PagesLent(
                in.number(),
                in.code(Ids.LOAN_KINDS),
                in.integer(),
                in.range(),
                in.each("pieces", LoanFormats::readPiece),
                in.each("borrowers", LoanFormats::readBorrower)));
    to.add(
        PagesRetrieved.class,
        (out, v) -> out.number(v.loan()).number(v.partition()).orMinusOne(v.guestFrame()),
        in -> new PagesRetrieved(in.number(), in.integer(), in.orMinusOne()));
    to.add(
        BorrowerRemoved.class,
        (out, v) -> out.number(v.loan()).number(v.partition()),
        in -> new BorrowerRemoved(in.number(), in.integer()));
    to.add(
        LoanReclaimed.class,
        (out, v) -> out.number(v.loan()),
        in -> new LoanReclaimed(in.number()));
    to.add(LoanEnded.class, (out, v) -> out.number(v.loan()), in -> new LoanEnded(in.number()));
    to.add(
        LoanOrphaned.class, (out, v) -> out.number(v.loan()), in -> new LoanOrphaned(in.number()));
    to.add(
        LoanSplit.class,
        (out, v) -> out.number(v.loan()).number(v.at()).number(v.tail()),
        in -> new LoanSplit(in.number(), in.number(), in.number()));
    to.add(
        PagesProtected.class,
        (out, v) ->
            out.number(v.partition())
                .range(v.range())
                .orMinusOne(v.guestFrame())
                .rights(v.rights()),
        in -> new PagesProtected(in.integer(), in.range(), in.orMinusOne(), in.rights()));
  }

  private static void addChannels(Formats to) {
    to.add(
        OpenChannel.class,
        (out, v) ->
            out.text(v.channel())
                .text(v.server())
                .text(v.client())
                .range(v.range())
                .orMinusOne(v.guestFrame())
                .rights(v.rights()),
        in ->
            new OpenChannel(
                in.text(), in.text(), in.text(), in.range(), in.orMinusOne(), in.rights()));
    to.add(
        CloseChannel.class, (out, v) -> out.text(v.channel()), in -> new CloseChannel(in.text()));
    to.add(
        ChannelOpened.class,
        (out, v) ->
            out.number(v.channel())
                .text(v.name())
                .number(v.server())
                .number(v.client())
                .number(v.loan())
                .code(Ids.CHANNEL_STATES, v.state()),
        in ->
            new ChannelOpened(
                in.number(),
                in.text(),
                in.integer(),
                in.integer(),
                in.number(),
                in.code(Ids.CHANNEL_STATES)));
    to.add(
        ChannelStateChanged.class,
        (out, v) -> out.number(v.channel()).code(Ids.CHANNEL_STATES, v.state()),
        in -> new ChannelStateChanged(in.number(), in.code(Ids.CHANNEL_STATES)));
    to.add(
        ChannelClosed.class,
        (out, v) -> out.number(v.channel()),
        in -> new ChannelClosed(in.number()));
  }

  private static void writeOffers(Sink out, List<Borrower> borrowers) {
    out.each(borrowers, (to, borrower) -> to.text(borrower.partition()).rights(borrower.rights()));
  }

  private static List<Borrower> readOffers(Source in) {
    return in.each("borrowers", from -> new Borrower(from.text(), from.rights()));
  }

  private static void writePiece(Sink out, LoanPiece piece) {
    out.range(piece.range()).orMinusOne(piece.guestFrame()).rights(piece.rights());
  }

  private static LoanPiece readPiece(Source in) {
    return new LoanPiece(in.range(), in.orMinusOne(), in.rights());
  }

  private static void writeBorrower(Sink out, LoanBorrower borrower) {
    out.number(borrower.partition())
        .rights(borrower.rights())
        .code(Ids.BORROWER_STATES, borrower.state())
        .orMinusOne(borrower.guestFrame());
  }

  private static LoanBorrower readBorrower(Source in) {
    return new LoanBorrower(
        in.integer(), in.rights(), in.code(Ids.BORROWER_STATES), in.orMinusOne());
  }
}
