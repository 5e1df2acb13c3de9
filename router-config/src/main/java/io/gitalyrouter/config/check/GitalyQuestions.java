package io.gitalyrouter.config.check;

import io.gitalyrouter.wire.WireFields;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The few messages of Gitaly that a check sends and reads, field by field. <em>Immutable.</em> */
final class GitalyQuestions {
  static final String HEALTH = "grpc.health.v1.Health/Check";
  static final String SERVER_INFO = "gitaly.ServerService/ServerInfo";
  static final String LIST_REFS = "gitaly.RefService/ListRefs";
  private static final int SERVING = 1;

  private GitalyQuestions() {}

  /**
   * What a server says of itself.
   *
   * @param version its version
   * @param storages its storages by name
   */
  record ServerInfo(String version, Map<String, Served> storages) {}

  /**
   * A storage as a server sees it.
   *
   * @param readable whether its directory can be read
   * @param filesystemId the identity of the file system; empty if there is none
   */
  record Served(boolean readable, String filesystemId) {}

  /** Whether an answer to a health check says SERVING. */
  static boolean isServing(List<byte[]> messages) {
    for (byte[] message : messages) {
      WireFields fields = new WireFields(message);
      while (fields.next()) {
        if (fields.number() == 1) {
          return fields.asNumber() == SERVING;
        }
      }
    }
    return false;
  }

  /**
   * Reads an answer to ServerInfo.
   *
   * @throws IllegalArgumentException if it is none
   */
  static ServerInfo serverInfo(List<byte[]> messages) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("the answer is missing");
    }
    String version = "";
    Map<String, Served> storages = new HashMap<>();
    WireFields fields = new WireFields(messages.get(0));
    while (fields.next()) {
      if (fields.number() == 1) {
        version = fields.asText();
      } else if (fields.number() == 3) {
        readStorage(fields.asMessage(), storages);
      }
    }
    return new ServerInfo(version, storages);
  }

  private static void readStorage(WireFields fields, Map<String, Served> storages) {
    String name = "";
    boolean readable = false;
    String id = "";
    while (fields.next()) {
      switch (fields.number()) {
        case 1 -> name = fields.asText();
        case 2 -> readable = fields.asNumber() != 0;
        case 5 -> id = fields.asText();
        default -> {}
      }
    }
    storages.put(name, new Served(readable, id));
  }

  /** The request for HEAD, the branches and the tags of a repository. */
  static byte[] listRefs(String storage, String relativePath) {
    ByteArrayOutputStream repository = new ByteArrayOutputStream();
    text(repository, 2, storage.getBytes(StandardCharsets.UTF_8));
    text(repository, 3, relativePath.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    text(request, 1, repository.toByteArray());
    text(request, 2, "refs/heads/".getBytes(StandardCharsets.UTF_8));
    text(request, 2, "refs/tags/".getBytes(StandardCharsets.UTF_8));
    request.write(3 << 3);
    request.write(1);
    return request.toByteArray();
  }

  /**
   * Reads the answer: object ids by reference.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Map<String, String> refs(List<byte[]> messages) {
    Map<String, String> refs = new TreeMap<>();
    for (byte[] message : messages) {
      WireFields fields = new WireFields(message);
      while (fields.next()) {
        if (fields.number() == 1) {
          readRef(fields.asMessage(), refs);
        }
      }
    }
    return refs;
  }

  private static void readRef(WireFields fields, Map<String, String> refs) {
    String name = "";
    String target = "";
    while (fields.next()) {
      switch (fields.number()) {
        case 1 -> name = fields.asText();
        case 2 -> target = fields.asText();
        default -> {}
      }
    }
    refs.put(name, target);
  }

  private static void text(ByteArrayOutputStream to, int number, byte[] content) {
    to.write((number << 3) | 2);
    int length = content.length;
    while (length > 0x7F) {
      to.write((length & 0x7F) | 0x80);
      length >>>= 7;
    }
    to.write(length);
    to.writeBytes(content);
  }
}
