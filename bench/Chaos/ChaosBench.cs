using System.Text.Json;
using Understudy.Cli.Demo;

namespace Understudy.Bench.Chaos;

/// <summary>
/// <c>bench chaos [--kills 50] [--mails 0] [--seed 1] [--json]</c>: batches of real mail through the whole local host, which is killed
/// (SIGKILL) at random moments; every record has to have exactly one result, in the order of the input. Exit code 1 when it has not.
/// With <c>--engine</c> it is <see cref="EngineChaos"/>.
/// </summary>
internal static class ChaosBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        if (options.Has("--engine"))
        {
            return await EngineChaos.RunAsync(args);
        }

        options.Know("--kills", "--mails", "--seed");
        var kills = options.Number("--kills", 50);
        var mails = TestMails.Load(options.Number("--mails", 0, least: 0), CancellationToken.None);
        var result = await new BatchChaos(mails, new Random(options.Number("--seed", 1))).RunAsync(kills);
        Console.WriteLine(options.Json
            ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
            : $"{result.Kills} kills during {result.Batches} batches of {mails.Count:N0} mails: {result.Records:N0} records, "
              + $"{result.Lost} lost, {result.Duplicated} duplicated, {result.OutOfOrder} out of order ({result.Seconds:N0} s)");
        return result is { Lost: 0, Duplicated: 0, OutOfOrder: 0 } ? 0 : 1;
    }
}
