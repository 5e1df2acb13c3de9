package io.gitalyrouter.bench;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.circuitbreaker.CircuitBreaker;
import com.linecorp.armeria.client.circuitbreaker.CircuitBreakerClient;
import com.linecorp.armeria.client.circuitbreaker.CircuitBreakerRule;
import com.linecorp.armeria.client.endpoint.EndpointGroup;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.client.retry.Backoff;
import com.linecorp.armeria.client.retry.RetryRule;
import com.linecorp.armeria.client.retry.RetryingClient;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.common.util.EventLoopGroups;
import io.gitalyrouter.it.proto.CommitServiceGrpc.CommitServiceStub;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Armeria's gRPC client, with as many threads as the others. Its retry looks at failed connections
 * and broken answers only: to see a status that comes in the trailers it would have to hold back
 * the whole answer.
 */
final class ArmeriaClient {
  private ArmeriaClient() {}

  static Opened open(Site site, Transport transport) {
    return open(endpoint(site, transport), site, transport, UnaryOperator.identity());
  }

  static Opened openWithRetry(Site site, Transport transport) {
    return open(endpoint(site, transport), site, transport, ArmeriaClient::breakerAndRetry);
  }

  /** Two servers of equal rank, each with a breaker; who fails on one is tried on the other. */
  static Opened openOverTwo(Site first, Site second) {
    EndpointGroup both =
        EndpointGroup.of(endpoint(first, Transport.TCP), endpoint(second, Transport.TCP));
    return open(
        both,
        first,
        Transport.TCP,
        builder ->
            builder
                .decorator(
                    CircuitBreakerClient.newPerHostDecorator(
                        host -> CircuitBreaker.of(host), breakerRule()))
                .decorator(RetryingClient.newDecorator(retryRule())));
  }

  private static GrpcClientBuilder breakerAndRetry(GrpcClientBuilder builder) {
    return builder
        .decorator(CircuitBreakerClient.newDecorator(CircuitBreaker.of("bench"), breakerRule()))
        .decorator(RetryingClient.newDecorator(retryRule()));
  }

  private static CircuitBreakerRule breakerRule() {
    return CircuitBreakerRule.builder().onServerErrorStatus().onException().thenFailure();
  }

  private static RetryRule retryRule() {
    return RetryRule.builder().onServerErrorStatus().onException().thenBackoff(Backoff.fixed(1));
  }

  private static Opened open(
      EndpointGroup to, Site site, Transport transport, UnaryOperator<GrpcClientBuilder> more) {
    EventLoopGroup loops =
        EventLoopGroups.newEventLoopGroup(Runtime.getRuntime().availableProcessors());
    ClientFactory factory = factory(site, transport, loops);
    SessionProtocol protocol =
        transport == Transport.TLS ? SessionProtocol.H2 : SessionProtocol.H2C;
    GrpcClientBuilder builder =
        GrpcClients.builder(protocol, to)
            .factory(factory)
            .responseTimeout(Duration.ZERO)
            .maxResponseLength(0);
    return new Opened(
        more.apply(builder).build(CommitServiceStub.class).getChannel(),
        () -> {
          factory.closeAsync().join();
          PlainClient.close(loops);
        });
  }

  @SuppressWarnings("deprecation") // Its successor wants the key of a client certificate, too.
  private static ClientFactory factory(Site site, Transport transport, EventLoopGroup loops) {
    ClientFactoryBuilder factory =
        ClientFactory.builder().workerGroup(loops, /* shutdownOnClose= */ false);
    if (transport == Transport.TLS) {
      factory.tlsCustomizer(tls -> tls.trustManager(site.caFile().toFile()));
    }
    return factory.build();
  }

  private static Endpoint endpoint(Site site, Transport transport) {
    return switch (transport) {
      case UNIX -> DomainSocketAddress.of(site.socket()).asEndpoint();
      case TCP -> Endpoint.of(Site.HOST, site.tcpPort());
      case TLS -> Endpoint.of(Site.HOST, site.tlsPort());
    };
  }
}
