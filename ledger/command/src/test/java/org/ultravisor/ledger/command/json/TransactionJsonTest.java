package org.ultravisor.ledger.command.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ultravisor.ledger.core.Limits;
import org.ultravisor.ledger.core.MemoryType;
import org.ultravisor.ledger.core.Operation;
import org.ultravisor.ledger.core.Outcome;
import org.ultravisor.ledger.core.PartitionKind;
import org.ultravisor.ledger.core.Precondition;
import org.ultravisor.ledger.core.Refusal;
import org.ultravisor.ledger.core.Transaction;
import org.ultravisor.mapping.PageRange;
import org.ultravisor.mapping.Rights;

/** Transactions as people write them, and what they are told when they err. */
class TransactionJsonTest {
  @Test
  void whatPeopleLeaveOutHasDefaults() {
    Transaction transaction =
        parse(
            """
            {"operations": [
              {"op": "CreatePartition", "partition": "guest-1", "kind": "GUEST"},
              {"op": "AssignPages", "partition": "guest-1", "range": {"first": 4096, "count": 256}}
            ]}
            """);
    assertEquals(
        Transaction.sessionless(
            "anonymous",
            new Operation.CreatePartition("guest-1", PartitionKind.GUEST, Limits.NONE),
            new Operation.AssignPages(
                "guest-1", new PageRange(4096, 256), Operation.ANY_GUEST_FRAME, Rights.ALL)),
        transaction);
  }

  @Test
  void everythingMayBeSaid() {
    Transaction transaction =
        parse(
            """
            {"session": 3, "requestId": 9, "lowestUnanswered": 7, "issuer": "ops",
             "preconditions": [{"requires": "PartitionVersion", "partition": "a", "version": 4}],
             "operations": [
               {"op": "AssignPages", "partition": "a", "range": {"first": "0x1000", "count": 1},
                "guestFrame": 0, "rights": "rw"}]}
            """);
    assertEquals(
        new Transaction(
            3,
            9,
            7,
            "ops",
            List.of(new Precondition.PartitionVersion("a", 4)),
            List.of(new Operation.AssignPages("a", new PageRange(4096, 1), 0, Rights.READ_WRITE))),
        transaction);
    assertEquals(transaction, TransactionJson.parse(utf8(TransactionJson.print(transaction))));
  }

  @Test
  void aRequestWhoseLowestUnansweredIsNotSaidIsItself() {
    Transaction transaction =
        parse(
            "{\"session\":1,\"requestId\":9,\"operations\":[{\"op\":\"OpenSession\",\"nonce\":1}]}");
    assertEquals(9, transaction.lowestUnanswered());
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"address\": \"0x100000000\", \"bytes\": \"4GiB\"}', 1048576, 1048576",
    "'{\"address\": \"4GiB\", \"bytes\": \"4096\"}', 1048576, 1",
    "'{\"address\": 0, \"bytes\": 8192}', 0, 2",
    "'{\"first\": 1, \"count\": \"0x10\"}', 1, 16",
  })
  void rangesMayBeInBytes(String range, long first, long count) {
    assertEquals(new PageRange(first, count), JsonText.read(new PageRangeForm(), utf8(range)));
  }

  @Test
  void yamlHasTheSameShape() {
    List<Transaction> transactions =
        TransactionJson.parseAllYaml(
            utf8(
                """
                - issuer: ops
                  operations:
                    - {op: AddMemory, range: {address: 0x100000000, bytes: 4GiB}, cell: 0, type: DRAM}
                - operations:
                    - op: StartPartition
                      partition: guest-1
                """));
    assertEquals(
        List.of(
            Transaction.sessionless(
                "ops",
                new Operation.AddMemory(
                    new PageRange(1 << 20, 1 << 20), 0, MemoryType.DRAM, false)),
            Transaction.sessionless("anonymous", new Operation.StartPartition("guest-1"))),
        transactions);
  }

  @Test
  void aRefusalIsExplained() {
    assertEquals(
        "{\"outcome\":\"Refused\",\"sequence\":6,\"operation\":0,\"reason\":\"PAGES_NOT_FREE\",\"detail\":\"[1,"
            + " 2)\",\"code\":85,\"sentence\":\"Part of the range is not available.\"}",
        TransactionJson.print(new Outcome.Refused(6, 0, Refusal.PAGES_NOT_FREE, "[1, 2)")));
  }

  /** What is wrong; where it is said to be; what is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                           | ''             | nothing",
        "{                                            | ''             | Unexpected end-of-input",
        "[1,2]                                        | ''             | an array",
        "{} x                                         | ''             | Unrecognized token",
        "{} {}                                        | ''             | more behind the document's"
            + " end",
        "{'a':1,'a':2}                                | /a             | Duplicate field 'a'",
        "{}                                           | ''             | no field \"operations\"",
        "{'operations':[]}                            | ''             | number of operations",
        "{'operations':{}}                            | /operations    | an object",
        "{'operations':[7]}                           | /operations/0  | 7",
        "{'operations':[{}]}                          | /operations/0  | no field \"op\"",
        "{'operations':[{'op':'Grab'}]}               | /operations/0/op | \"Grab\"; expected one"
            + " of AddMemory",
        "{'operations':[{'op':null}]}                 | /operations/0/op | null",
        "{'issuer':7,'operations':[]}                 | /issuer        | 7; expected a string",
        "{'isuer':'me','operations':[]}               | /isuer         | an unknown field of"
            + " Transaction",
        "{'session':-1,'operations':[{'op':'OpenSession','nonce':1}]} | '' | session is negative:"
            + " -1",
        "{'session':1.0,'operations':[]}              | /session       | 1.0; expected an integer",
        "{'session':99999999999999999999,'operations':[]} | /session   | expected an integer in",
        "{'operations':[{'op':'StartPartition'}]}     | /operations/0  | no field \"partition\"",
        "{'operations':[{'op':'StartPartition','partition':null}]} | /operations/0/partition |"
            + " null",
        "{'operations':[{'op':'StartPartition','partition':'a b'}]} | /operations/0 | partition"
            + " must be",
        "{'operations':[{'op':'StartPartition','partition':'a','force':true}]} |"
            + " /operations/0/force | unknown field",
        "{'operations':[{'op':'AssignProcessor','partition':'a','processor':4294967296}]} |"
            + " /operations/0/processor | integer in",
        "{'operations':[{'op':'DonatePages','from':'a','to':'a','range':{'first':0,'count':1}}]} |"
            + " /operations/0 | both 'a'",
      })
  void whatIsWrongIsSaidWithItsPlace(String json, String pointer, String said) {
    refuses(TransactionJson.TRANSACTION, json, pointer, said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7                                     | ''       | 7; expected {\"first\"",
        "{'first':0}                           | ''       | the fields [first]",
        "{'first':0,'count':1,'bytes':4096}    | ''       | the fields",
        "{'first':0,'end':1}                   | /end     | an unknown field",
        "{'first':0,'count':0}                 | /count   | 0; expected an integer in 1..",
        "{'first':-1,'count':1}                | /first   | -1",
        "{'first':1152921504606846976,'count':1} | /first | integer in 0..1152921504606846975",
        "{'first':1152921504606846975,'count':2} | ''     | 2 frames from frame"
            + " 1152921504606846975",
        "{'first':'4 KiB','count':2}           | /first   | \"4 KiB\"",
        "{'address':'0x1800','bytes':4096}     | /address | a multiple of 4096",
        "{'address':'0x1000','bytes':100}      | /bytes   | a multiple of 4096",
        "{'address':'0x1000','bytes':'4GB'}    | /bytes   | \"4GB\"; expected a number of bytes",
        "{'address':'0x1000','bytes':0}        | ''       | 0 frames from frame 1",
        "{'address':'9999999999999GiB','bytes':4096} | /address | at most 2^72",
        "{'address':true,'bytes':4096}         | /address | true",
      })
  void rangesAreCheckedWithTheirPlace(String json, String pointer, String said) {
    refuses(new PageRangeForm(), json, pointer, said);
  }

  @Test
  void deepDocumentsAreRefused() {
    refuses(TransactionJson.TRANSACTION, "[".repeat(100_000), null, "depth");
  }

  @Test
  void longDocumentsAreRefused() {
    refuses(
        TransactionJson.TRANSACTION,
        " ".repeat(JsonText.MOST_BYTES) + "{}",
        "",
        "expected at most");
  }

  @Test
  void longStringsAreRefused() {
    refuses(
        TransactionJson.TRANSACTION, "{'issuer':'" + "x".repeat(100_000) + "'}", null, "length");
  }

  @Test
  void yamlIsAsStrict() {
    BadRequest bad =
        assertThrows(
            BadRequest.class, () -> TransactionJson.parseAllYaml(utf8("issuer: a\nissuer: b\n")));
    assertTrue(String.valueOf(bad.getMessage()).contains("Duplicate"), bad.getMessage());
  }

  @Test
  void answersOfANewerServerMayHaveMoreFields() {
    byte[] json = utf8("{\"outcome\":\"Committed\",\"sequence\":1,\"events\":[],\"new\":true}");
    assertEquals(
        new Outcome.Committed(1, List.of()), JsonText.readAnswer(TransactionJson.OUTCOME, json));
    assertThrows(BadRequest.class, () -> JsonText.read(TransactionJson.OUTCOME, json));
  }

  private static void refuses(Form<?> form, String json, @Nullable String pointer, String said) {
    BadRequest bad =
        assertThrows(BadRequest.class, () -> JsonText.read(form, utf8(json.replace('\'', '"'))));
    if (pointer != null) {
      assertEquals(pointer, bad.pointer(), bad.getMessage());
    }
    assertTrue(String.valueOf(bad.getMessage()).contains(said), bad.getMessage());
  }

  private static Transaction parse(String json) {
    return TransactionJson.parse(utf8(json));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
