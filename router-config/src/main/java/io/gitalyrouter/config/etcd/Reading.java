package io.gitalyrouter.config.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.NoDocumentException;
import io.gitalyrouter.config.source.SourceContent;
import java.util.Optional;

/**
 * What one answer of etcd says about the key: a document, or why there is none. <em>Immutable.</em>
 *
 * @param revision the revision of the key's last change; 0 if there is no such key
 * @param document the document, if there is one
 * @param refusal why there is none, if so
 */
record Reading(
    long revision, Optional<SourceContent> document, Optional<NoDocumentException> refusal) {

  static Reading of(EtcdSettings settings, RangeResponse answer) {
    return answer.getKvsCount() == 0
        ? none(
            settings.origin(answer.getHeader().getRevision()),
            0,
            "there is no such key; write the document to it, or correct the key")
        : of(settings, answer.getKvs(0));
  }

  static Reading of(EtcdSettings settings, Event event) {
    KeyValue change = event.getKv();
    return event.getType() == Event.EventType.DELETE
        ? none(
            settings.origin(change.getModRevision()),
            0,
            "the key was deleted; write the document to it again")
        : of(settings, change);
  }

  private static Reading of(EtcdSettings settings, KeyValue found) {
    long revision = found.getModRevision();
    ByteString value = found.getValue();
    String origin = settings.origin(revision);
    if (value.size() > EtcdDocument.MAX_BYTES) {
      return none(
          origin,
          revision,
          "larger than "
              + EtcdDocument.MAX_BYTES
              + " bytes, the limit of a configuration document; is this the right key?");
    }
    SourceContent document = SourceContent.of(origin, value.toByteArray());
    return new Reading(revision, Optional.of(document), Optional.empty());
  }

  private static Reading none(String origin, long revision, String why) {
    return new Reading(
        revision, Optional.empty(), Optional.of(new NoDocumentException(origin, why)));
  }

  /** Tells a listener of it. */
  void deliverTo(ConfigSource.Listener listener) {
    document.ifPresent(listener::onContent);
    refusal.ifPresent(listener::onFailure);
  }

  /** The document. */
  SourceContent orThrow() throws NoDocumentException {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return document.orElseThrow();
  }
}
