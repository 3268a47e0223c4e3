package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** The value of a loan's record, in the order of {@link Tables}. */
final class LoanCodec implements RecordCodec<LoanInfo> {
  @Override
  public void write(LoanInfo value, RecordWriter out) {
    out.text(value.kind().name())
        .i32(value.partition())
        .i64(value.range().firstFrame())
        .i64(value.range().frameCount())
        .i64(value.channel())
        .i32(value.pieces().size());
    for (LoanPiece piece : value.pieces()) {
      out.i64(piece.range().firstFrame())
          .i64(piece.range().frameCount())
          .i64(piece.guestFrame())
          .u8(piece.rights().bits());
    }
    out.u16(value.borrowers().size());
    for (LoanBorrower borrower : value.borrowers()) {
      out.i32(borrower.partition())
          .u8(borrower.rights().bits())
          .text(borrower.state().name())
          .i64(borrower.guestFrame());
    }
  }

  @Override
  public LoanInfo read(long key, RecordReader in) {
    LoanKind kind = LoanKind.valueOf(in.text());
    int partition = in.i32();
    PageRange range = new PageRange(in.i64(), in.i64());
    long channel = in.i64();
    List<LoanPiece> pieces = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      PageRange part = new PageRange(in.i64(), in.i64());
      pieces.add(new LoanPiece(part, in.i64(), new Rights(in.u8())));
    }
    List<LoanBorrower> borrowers = new ArrayList<>();
    for (int left = in.u16(); left > 0; left--) {
      borrowers.add(
          new LoanBorrower(
              in.i32(), new Rights(in.u8()), LoanBorrower.State.valueOf(in.text()), in.i64()));
    }
    return new LoanInfo(key, kind, partition, range, pieces, borrowers, channel);
  }
}
