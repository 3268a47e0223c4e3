package org.ultravisor.ledger.core;

import java.util.ArrayList;
import java.util.List;
import org.ultravisor.ledger.core.table.RecordReader;
import org.ultravisor.ledger.core.table.RecordWriter;

/** The values of services', promises' and policies' records, in the order of {@link Tables}. */
final class ServiceCodecs {
  static final RecordCodec<ServiceInfo> SERVICES =
      new RecordCodec<>() {
        @Override
        public void write(ServiceInfo value, RecordWriter out) {
          out.text(value.name()).i32(value.deviceClass()).u16(value.servers().size());
          value.servers().forEach(out::i32);
        }

        @Override
        public ServiceInfo read(long key, RecordReader in) {
          String name = in.text();
          int deviceClass = in.i32();
          List<Integer> servers = new ArrayList<>();
          for (int left = in.u16(); left > 0; left--) {
            servers.add(in.i32());
          }
          return new ServiceInfo(key, name, deviceClass, servers);
        }
      };

  /** All is in the key. */
  static final RecordCodec<PromiseInfo> PROMISES =
      new RecordCodec<>() {
        @Override
        public void write(PromiseInfo value, RecordWriter out) {}

        @Override
        public PromiseInfo read(long key, RecordReader in) {
          return PromiseInfo.ofKey(key);
        }
      };

  static final RecordCodec<PolicyInfo> POLICIES =
      new RecordCodec<>() {
        @Override
        public void write(PolicyInfo value, RecordWriter out) {
          out.text(value.name()).i64(value.version()).longText(value.document());
        }

        @Override
        public PolicyInfo read(long key, RecordReader in) {
          return new PolicyInfo(key, in.text(), in.i64(), in.longText());
        }
      };

  private ServiceCodecs() {}
}
