package org.ultravisor.node.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ultravisor.raft.replica.Backup;

/** What a backup is, for people and programs. */
record BackupReport(String sentence, ObjectNode json) {

  static BackupReport of(Backup backup) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("cluster", backup.cluster().toString())
        .put("replica", backup.replica())
        .put("index", backup.applied().index())
        .put("sequence", backup.applied().sequence())
        .put("logRoot", backup.applied().logRoot().toString())
        .put("stateHash", backup.applied().stateHash().toString())
        .put("files", backup.files().size())
        .put("bytes", backup.files().stream().mapToLong(Backup.Part::bytes).sum());
    String sentence =
        "A whole backup of cluster %s, taken on %s at sequence %d: log root %s, state hash %s"
            .formatted(
                backup.cluster(),
                backup.replica(),
                backup.applied().sequence(),
                backup.applied().logRoot(),
                backup.applied().stateHash());
    return new BackupReport(sentence, json);
  }
}
