package io.gitalyrouter.config;

import java.util.Locale;

/** Documents and files that several tests use. <em>Immutable.</em> */
final class Samples {
  /** A certificate for {@code file01.example.com}; its key was thrown away. */
  static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBkjCCATegAwIBAgIUIFHD3K5KpH/ZioEe+KL2m+T4ocMwCgYIKoZIzj0EAwIw
      HTEbMBkGA1UEAwwSZmlsZTAxLmV4YW1wbGUuY29tMCAXDTI2MTEyMzE1NDE0MloY
      DzIxMjYxMDMwMTU0MTQyWjAdMRswGQYDVQQDDBJmaWxlMDEuZXhhbXBsZS5jb20w
      WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARwSzH3t/nIXNnZrLmzH4FUK7EZGxac
      3GvvQIhj0IGzEK0E+sFo/pOp/jVIcjjbKgbAMxGHQqZNIUPQilB7AhTXo1MwUTAd
      BgNVHQ4EFgQUwktmnNIuSyMcdW8rtIhb6SwYf0owHwYDVR0jBBgwFoAUwktmnNIu
      SyMcdW8rtIhb6SwYf0owDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
      AiEA/YUtqeVkBND+nmMvFBjVeFuZaVpAaR9JvuNomICKFokCIQCpIVQIZn55jars
      VlsKCV+JgXu8ZValV41J/FPk+qe8fQ==
      -----END CERTIFICATE-----
      """;

  private Samples() {}

  /** A document that sends a share of git01's calls to the network side. */
  static String document(int percent) {
    return String.format(
        Locale.ROOT,
        """
        version: 1
        storages:
          one:
            local: { address: "unix:/run/gitaly.socket" }
            network: { address: "tcp://file01.example.com:9999" }
        roles:
          network-gitaly: { route: network, storages: [one], percent: %d }
        hosts:
          git01: { roles: [network-gitaly] }
          git02: { roles: [] }
        """,
        percent);
  }
}
