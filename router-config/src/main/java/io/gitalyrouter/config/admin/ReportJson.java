package io.gitalyrouter.config.admin;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Host reports as JSON: the records' own names with underscores. <em>Immutable.</em> */
final class ReportJson {
  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .serializeNulls()
          .disableHtmlEscaping()
          .registerTypeAdapter(Instant.class, new InstantAdapter().nullSafe())
          .registerTypeAdapterFactory(new OptionalFactory())
          .create();

  private ReportJson() {}

  static String write(HostReport report) {
    return GSON.toJson(report);
  }

  /**
   * Reads a report.
   *
   * @throws IllegalArgumentException if it is none
   */
  static HostReport read(String json) {
    HostReport report;
    try {
      report = GSON.fromJson(json, HostReport.class);
    } catch (RuntimeException e) {
      // Gson wraps what a record's constructor throws into one without a type of its own.
      throw new IllegalArgumentException("host report: cannot be read: " + e.getMessage(), e);
    }
    if (report == null) {
      throw new IllegalArgumentException("host report: empty (expected: a JSON object)");
    }
    return report;
  }

  private static final class InstantAdapter extends TypeAdapter<Instant> {
    @Override
    public void write(JsonWriter out, Instant value) throws IOException {
      out.value(value.toString());
    }

    @Override
    public Instant read(JsonReader in) throws IOException {
      String text = in.nextString();
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new JsonParseException("\"" + text + "\" (expected: a UTC time)", e);
      }
    }
  }

  /** What is empty is null. */
  private static final class OptionalFactory implements TypeAdapterFactory {
    @Override
    @SuppressWarnings("unchecked") // The raw type was looked at.
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      if (type.getRawType() != Optional.class) {
        return null;
      }
      ParameterizedType optional = (ParameterizedType) type.getType();
      TypeAdapter<?> value = gson.getAdapter(TypeToken.get(optional.getActualTypeArguments()[0]));
      return (TypeAdapter<T>) new OptionalAdapter<>(value);
    }
  }

  private static final class OptionalAdapter<V> extends TypeAdapter<Optional<V>> {
    private final TypeAdapter<V> value;

    OptionalAdapter(TypeAdapter<V> value) {
      this.value = value;
    }

    @Override
    public void write(JsonWriter out, Optional<V> optional) throws IOException {
      if (optional.isEmpty()) {
        out.nullValue();
      } else {
        value.write(out, optional.get());
      }
    }

    @Override
    public Optional<V> read(JsonReader in) throws IOException {
      return Optional.ofNullable(value.fromJsonTree(JsonParser.parseReader(in)));
    }
  }
}
