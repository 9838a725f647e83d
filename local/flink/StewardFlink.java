import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.table.gateway.SqlGateway;

/** JobManager, one TaskManager and the SQL gateway in one JVM, configured by FLINK_CONF_DIR: a third of the memory of three JVMs. */
public final class StewardFlink {
  public static void main(String[] args) {
    try {
      start(args);
    } catch (Throwable failure) {
      // Threads of a half-started cluster would keep a JVM alive that serves nothing.
      failure.printStackTrace();
      System.exit(1);
    }
  }

  private static void start(String[] args) throws Exception {
    Configuration configuration = GlobalConfiguration.loadConfiguration();
    MiniClusterConfiguration cluster =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(configuration)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
            .setRpcServiceSharing(RpcServiceSharing.SHARED)
            .build();
    new MiniCluster(cluster).start();
    SqlGateway.main(args);
  }
}
