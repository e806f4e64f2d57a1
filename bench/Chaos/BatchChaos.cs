using System.Diagnostics;
using Understudy.Cli.Demo;
using Understudy.Cli.Shell;

namespace Understudy.Bench.Chaos;

/// <summary>Drops batches into the local host's storage and kills the host while it works on them, again and again on the same data folder.</summary>
/// <param name="mails">The records of each batch.</param>
/// <param name="random">Chooses the moments.</param>
internal sealed class BatchChaos(IReadOnlyList<TestMail> mails, Random random)
{
    private const int ShardRecords = 32;

    /// <summary>The longest time that a host is left alone, counted from when it serves: a few shards' worth.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(1.5);

    private readonly string _program = HostFiles.Find();
    private readonly string _models = ModelsFolder.Find();

    /// <summary>As many batches as it takes until so many kills have struck.</summary>
    public async Task<BatchChaosResult> RunAsync(int kills)
    {
        var clock = Stopwatch.StartNew();
        var result = BatchChaosResult.None;
        await using var folder = new DemoFolder();
        var host = await StartAsync(folder.Path);
        try
        {
            while (result.Kills < kills)
            {
                var batch = await MailBatch.DropAsync(host, $"chaos-{result.Batches}", mails, CancellationToken.None);
                var struck = 0;
                while (result.Kills + struck < kills && await IsUnderWayAfterAWhileAsync(host, batch))
                {
                    var killedAt = DateTimeOffset.UtcNow;
                    await host.KillAsync();
                    await host.DisposeAsync();
                    host = await StartAsync(folder.Path);

                    // It may have ended between the look and the kill; then the kill has struck nothing.
                    struck += (await batch.StateAsync(host.Http, CancellationToken.None))?.Result?.FinishedAt < killedAt ? 0 : 1;
                }

                await batch.FollowAsync(host.Http, _ => false, _ => { }, CancellationToken.None);
                var answers = await batch.ResultsAsync(host, CancellationToken.None);
                result = result.With(struck, [.. mails.Select(mail => mail.Id)], [.. answers.Select(answer => answer.Id)]);
            }

            return result with { Seconds = clock.Elapsed.TotalSeconds };
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private Task<HostProcess> StartAsync(string folder) =>
        HostProcess.StartAsync(_program, folder, _models, ShardRecords, CancellationToken.None);

    /// <summary>Lets the host work for a random time.</summary>
    private async Task<bool> IsUnderWayAfterAWhileAsync(HostProcess host, MailBatch batch)
    {
        await Task.Delay(random.NextDouble() * LongestRun);
        return await batch.StateAsync(host.Http, CancellationToken.None) is null or { IsUnderWay: true };
    }
}
