using System.Diagnostics;
using System.Text.Json;
using Understudy.Cli.Datasets;
using Understudy.Cli.Evaluation;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;
using Understudy.Training.Corpora;

namespace Understudy.Bench.Training;

/// <summary>
/// <c>bench own-task [--set banking77] [--json]</c>: a public data set as a task of one's own. The commands <c>task new</c> and
/// <c>train</c> with the default recipe on its training part, then the release on its test part. Exit code 1 when the lead has under
/// 92 %, the cascade is more than a point worse or takes over half of the lead's time, or training took over 40 minutes.
/// </summary>
internal static class OwnTaskBench
{
    private const double LeadBar = 0.92;
    private const double LossBar = 0.01;
    private const double CostBar = 0.5;
    private const double SecondsBar = 2400;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--set");
        var set = options.Text("--set") ?? "banking77";
        var data = PublicData.Folder(set) ?? throw new BadArgumentException($"There is no data set '{set}'. Name the folder that holds it in {PublicData.Variable}.");
        var folder = Directory.CreateTempSubdirectory("understudy-own-task-").FullName;
        try
        {
            var result = await MeasureAsync(set, Path.Combine(data, set), folder);
            Console.WriteLine(options.Json
                ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
                : $"{set}: trained in {result.TrainingSeconds:N0} s; of {result.Evaluation.Records:N0} test texts the lead has {result.Evaluation.LeadAccuracy:P1}, the cascade {result.Evaluation.Accuracy:P1}; students answer {result.Evaluation.StudentShare:P1}, cost {result.Evaluation.CostRatio:P1} of the lead's");
            return Holds(result) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Holds(OwnTaskResult result) =>
        result.TrainingSeconds <= SecondsBar
        && result.Evaluation.LeadAccuracy >= LeadBar
        && result.Evaluation.Accuracy >= result.Evaluation.LeadAccuracy - LossBar
        && result.Evaluation.CostRatio <= CostBar;

    private static async Task<OwnTaskResult> MeasureAsync(string set, string data, string folder)
    {
        var (models, training) = (Path.Combine(folder, "models"), Path.Combine(folder, "data"));
        Directory.CreateDirectory(models);
        Directory.CreateDirectory(training);
        File.Copy(Path.Combine(data, "train.jsonl"), Path.Combine(training, "train.jsonl"));
        await UnderstudyAsync("task", "new", set, "--data", training, "--models", models);
        var clock = Stopwatch.StartNew();
        await UnderstudyAsync("train", "--task", set, "--work", Path.Combine(folder, "work"), "--models", models);
        var seconds = clock.Elapsed.TotalSeconds;
        using var catalog = new ReleaseCatalog(models);
        var test = await LabelledFile.ReadAsync(Path.Combine(data, "test.jsonl"), catalog.Task(set).Labels.ToHashSet(), CancellationToken.None);
        using var lease = catalog.Acquire(set, null);
        return new(set, seconds, await new CascadeRun(catalog, lease.Release).RunAsync(test, _ => { }, CancellationToken.None));
    }

    /// <summary>A command as someone types it; what it prints is of no interest here.</summary>
    private static async Task UnderstudyAsync(params string[] command)
    {
        if (await Cli.Shell.CommandLine.RunAsync(command, Surroundings.OfThisProcess() with { Output = TextWriter.Null }) is not 0 and var code)
        {
            throw new InvalidOperationException($"'understudy {string.Join(' ', command)}' ended with {code}.");
        }
    }
}
