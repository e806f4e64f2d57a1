using Understudy.Bench.Durable;

namespace Understudy.Bench.Chaos;

/// <summary>
/// The process that <see cref="EngineChaos"/> kills: <c>chaos-child DATABASE RECORDS WINDOW</c> starts the batch or goes on with it,
/// prints a line once it is under way, and ends when the batch does.
/// </summary>
internal static class EngineChaosChild
{
    public const string Verb = "chaos-child";
    public const string InstanceId = "chaos";

    public static async Task<int> RunAsync(string[] args)
    {
        await using var engine = new BenchEngine(args[0]);
        await engine.Client.StartAsync(BenchWorkflows.Batch, new(int.Parse(args[1]), int.Parse(args[2])), InstanceId);
        Console.WriteLine("under way");
        await engine.Client.WaitAsync(InstanceId);
        return 0;
    }
}
