package io.gitalyrouter.config.compare;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What a JSON report violates of the schema that stands beside the code. */
final class SchemaErrors {
  private SchemaErrors() {}

  static List<String> of(String json) throws IOException {
    try (InputStream schema =
        Objects.requireNonNull(
            CompareReport.class.getResourceAsStream("report.schema.json"), "schema")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON)
          .validate(json, InputFormat.JSON)
          .stream()
          .map(Object::toString)
          .toList();
    }
  }
}
