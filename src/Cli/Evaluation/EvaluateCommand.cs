using System.CommandLine;
using Understudy.Cli.Datasets;
using Understudy.Cli.Ensembles;
using Understudy.Cli.Releases;
using Understudy.Cli.Shell;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary><c>understudy evaluate --task NAME [--data FILE]</c></summary>
internal sealed class EvaluateCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Option<string?> _release = new("--release") { Description = "The release (default: the stable one).", HelpName = "VERSION" };
    private readonly Option<string?> _data = new("--data") { Description = "Labelled records, or texts with their completions, one JSON object a line (default: the test split of the task's corpus, where it has one).", HelpName = "FILE" };

    public EvaluateCommand(SharedOptions shared)
        : base(shared, "evaluate", "Measures a release on labelled records, beside its lead alone.")
    {
        Options.Add(_task);
        Options.Add(_release);
        Options.Add(_data);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = invocation.Catalog.Task(invocation.Get(_task)!);
        if (task.Kind == "generation")
        {
            return await GenerationAsync(invocation, task, cancellationToken).ConfigureAwait(false);
        }

        var labelled = invocation.Get(_data) is { } file
            ? await LabelledFile.ReadAsync(file, task.Labels.Append(OutOfScope.Label).ToHashSet(), cancellationToken).ConfigureAwait(false)
            : TaskCorpus.Test(invocation.ModelsFolder, task, cancellationToken);
        var (data, outOfScope) = OutOfScope.Split(labelled, task.Labels);
        data.ReportMalformed(invocation.Screen, Path.GetFileName(invocation.Get(_data)) ?? task.Name);
        if (data.Records.Count == 0)
        {
            throw new CommandFailedException($"There is no record to evaluate on: {data.Malformed.Count} lines were read and none can be used.");
        }

        using var lease = invocation.Catalog.Acquire(task.Name, invocation.Get(_release));
        EvaluationReport report;
        using (var progress = invocation.Screen.Progress($"Evaluating on {data.Records.Count} records"))
        {
            var run = new CascadeRun(invocation.Catalog, lease.Release, StackOnTrial.Of(ReleaseFolder.Find(invocation.Catalog, task.Name, invocation.Get(_release)), lease.Release), invocation.Leads);
            report = await run.RunAsync(data, done => progress.Report(done), cancellationToken).ConfigureAwait(false);
            if (OutOfScope.Measure(invocation.Catalog, lease.Release, data, outOfScope, cancellationToken) is { } detection)
            {
                report = report with { OutOfScope = detection.Records, OosAuroc = detection.MaxProbabilityAuroc, OosEnergyAuroc = detection.EnergyAuroc };
            }
        }

        invocation.Screen.Result(report, console => EvaluationTable.Write(report, console));
        return CommandLine.Done;
    }

    private async Task<int> GenerationAsync(Invocation invocation, TaskDefinition task, CancellationToken cancellationToken)
    {
        var file = invocation.Get(_data)
            ?? throw new BadUsageException($"Task '{task.Name}' has no test part of its own. Give --data FILE: a JSON object a line with 'text' and 'completion', or 'text', 'label' and 'slots'.");
        if (await GenerationFile.HasCallsAsync(file, task.Labels, cancellationToken).ConfigureAwait(false))
        {
            var (calls, unusable) = await CallFile.ReadAsync(file, task.Labels, cancellationToken).ConfigureAwait(false);
            Check(invocation, file, calls.Count, unusable);
            var called = Measure(invocation, task, calls.Count, (release, progress) => new CallEvaluation(task, release, Readable(task, release, calls, (call, text) => call with { Text = text })).Run(unusable.Malformed.Count, progress, cancellationToken));
            invocation.Screen.Result(called, console => CallTable.Write(called, console));
            return CommandLine.Done;
        }

        var (records, malformed) = await GenerationFile.CompletionsAsync(file, task, cancellationToken).ConfigureAwait(false);
        Check(invocation, file, records.Count, malformed);
        var report = Measure(invocation, task, records.Count, (release, progress) => new CompletionEvaluation(task, release, Readable(task, release, records, (one, text) => one with { Record = one.Record with { Text = text } })).Run(malformed.Malformed.Count, progress, cancellationToken));
        invocation.Screen.Result(report, console => CompletionTable.Write(report, console));
        return CommandLine.Done;
    }

    /// <summary>The records with their texts as they are served.</summary>
    private static IReadOnlyList<T> Readable<T>(TaskDefinition task, LanguageModelRelease release, IReadOnlyList<T> records, Func<T, string, T> with)
        where T : IExpectedAnswer
    {
        var compression = InputCompression.Of(release.Manifest, task);
        return [.. records.Select(record => with(record, compression.Apply(record.Text).Text))];
    }

    private static void Check(Invocation invocation, string file, int records, LabelledData malformed)
    {
        malformed.ReportMalformed(invocation.Screen, Path.GetFileName(file));
        if (records == 0)
        {
            throw new CommandFailedException($"There is no record to evaluate on: {malformed.Malformed.Count} lines were read and none can be used.");
        }
    }

    private T Measure<T>(Invocation invocation, TaskDefinition task, int records, Func<LanguageModelRelease, Action<double>, T> run)
    {
        var release = LanguageModelRelease.Open(invocation.Catalog, task.Name, invocation.Get(_release));
        using var progress = invocation.Screen.Progress($"Evaluating on {records} records");
        return run(release, done => progress.Report(done));
    }
}
