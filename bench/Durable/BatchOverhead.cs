namespace Understudy.Bench.Durable;

/// <summary>What durability costs a batch.</summary>
/// <param name="Records">Records in the batch.</param>
/// <param name="Rounds">How often each way was measured.</param>
/// <param name="BatchSeconds">Median wall time of the workflow, from its start to its summary.</param>
/// <param name="InProcessSeconds">Median wall time of the four stages over the same shards, as many at a time.</param>
/// <param name="Overhead">The median over the rounds of what the workflow took more, as a share of the time in process.</param>
/// <param name="EngineOverhead">Of it what passed while none of its steps ran: decisions, history and hand-over. The rest is the steps' blobs.</param>
internal sealed record BatchOverhead(
    string Task, int Records, int ShardRecords, int ShardsInFlight, int Rounds, double BatchSeconds, double InProcessSeconds, double Overhead, double EngineOverhead);
