package io.gitalyrouter.change;

import io.gitalyrouter.etcd.EtcdServer;
import io.gitalyrouter.etcd.NeedsEtcd;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole change as an operator makes it, with the commands alone: three worker processes, a
 * local server process and two network ones, and callers all the time.
 */
@Timeout(300)
final class ChangeIT {
  @TempDir private Path directory;

  @Test
  void plan_is_followed_with_the_document_in_a_file() throws Exception {
    follow(new Home.InFile(directory.resolve("router.yaml")));
  }

  @Test
  @ExtendWith(NeedsEtcd.class)
  void plan_is_followed_with_the_document_in_etcd() throws Exception {
    follow(new Home.InEtcd(EtcdServer.start(directory.resolve("etcd"))));
  }

  private void follow(Home home) throws Exception {
    try (home;
        Fleet fleet = Fleet.start(directory, home)) {
      ChangePlan plan = new ChangePlan(fleet, home);
      plan.attemptWithTheWrongVersionIsRefused();
      fleet.upgrade();
      plan.prepare();
      plan.giveTheRoleToOneHost();
      plan.rollBackWhileAFaultIsRehearsed();
      plan.rehearseTheRollback();
      plan.raiseTheShareInSteps();
      plan.forceLocalWhileTheStoreIsDead();
      plan.takeTheRoleAway();
      plan.proveThatNothingFlows();
      plan.useTheKillSwitchOfTheDocument();
      plan.nameTheHostThatDoesNotAcknowledge();
      plan.closeTheBooks();
    }
  }
}
