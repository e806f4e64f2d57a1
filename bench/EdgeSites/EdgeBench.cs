using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Text.Json;
using Azure.Core.Diagnostics;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Understudy.LocalHost;
using Understudy.Workflows;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Bench.EdgeSites;

/// <summary>
/// <c>bench edge [--sites 100] [--task mail-triage] [--models DIR] [--json]</c>: that many sites against one storage. Three releases reach them by the
/// product's own rollout: the first whole, one whose thresholds changed, and one whose small student has another last layer and shares the rest.
/// Prints bytes and storage calls a site and update. Exit code 1 when a site is left behind, or the last update brings more than 40 % of a whole one.
/// </summary>
internal static class EdgeBench
{
    private const double Bar = 0.4;
    private const int AtOnce = 8;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--sites", "--task", "--models");
        var folder = Directory.CreateTempSubdirectory("understudy-edge-bench-").FullName;
        try
        {
            var (count, task) = (options.Number("--sites", 100), options.Text("--task") ?? Serving.ServedTask.DefaultTask);
            var releases = EdgeReleases.Write(options.Text("--models") ?? Cli.Shell.ModelsFolder.Find(), Path.Combine(folder, "models"), task);
            await using var host = await RunningHost.StartAsync(
                new("http://127.0.0.1:0", Path.Combine(folder, "host"), Path.Combine(folder, "models")),
                ["--Logging:LogLevel:Default=Warning", "--Logging:Console:LogToStandardErrorThreshold=Trace"], CancellationToken.None);
            var sites = Enumerable.Range(0, count).Select(i => new SimulatedSite($"site-{i:D3}", Path.Combine(folder, "sites", $"{i:D3}"), host.App.Services.GetRequiredService<BlobServiceClient>())).ToList();
            await Parallel.ForEachAsync(sites, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (site, _) => await site.StepAsync());
            List<EdgeUpdate> updates = [];
            foreach (var (version, what) in releases)
            {
                updates.Add(await UpdateAsync(host, sites, task, version, what));
            }

            Console.WriteLine(options.Json ? JsonSerializer.Serialize(updates, JsonSerializerOptions.Web) : string.Join(Environment.NewLine, updates.Select(update => update.Describe())));
            return updates.All(update => update.Updated == count) && updates[^1].Share <= Bar ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<EdgeUpdate> UpdateAsync(RunningHost host, IReadOnlyList<SimulatedSite> sites, string task, string version, string what)
    {
        var calls = 0L;
        using var listener = new AzureEventSourceListener((happening, _) => Interlocked.Add(ref calls, happening.EventName == "Request" ? 1 : 0), EventLevel.Informational);
        var (clock, before) = (Stopwatch.StartNew(), sites.Sum(site => site.Calls));
        var workflows = host.App.Services.GetRequiredService<IWorkflowClient>();
        var id = await workflows.StartAsync(WorkflowNames.Rollout, new(task, version, new RolloutSettings(SoakMinutes: 0, PollSeconds: 0.5, PatienceMinutes: 60)));
        var finished = workflows.WaitAsync(id);
        while (!finished.IsCompleted)
        {
            await Parallel.ForEachAsync(sites, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (site, _) => await site.StepAsync());
            await Task.WhenAny(finished, Task.Delay(TimeSpan.FromMilliseconds(500)));
        }

        var result = (await finished).ReadOutput<RolloutResult>() ?? throw new InvalidOperationException($"The rollout of {version} failed: {(await finished).Failure?.Message}");
        var statuses = sites.Select(site => site.StatusOf(task)).ToList();
        return new(
            version,
            what,
            sites.Count,
            statuses.Count(status => status.Version == version),
            result.Outcome,
            clock.Elapsed.TotalSeconds,
            statuses.Average(status => (double)status.Reads),
            1, // the report
            (double)(calls - (sites.Sum(site => site.Calls) - before)) / sites.Count,
            statuses.Average(status => (double)status.BytesSent),
            statuses.Average(status => (double)status.BytesFull));
    }
}
