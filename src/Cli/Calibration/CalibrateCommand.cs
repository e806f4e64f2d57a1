using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Datasets;
using Understudy.Cli.Ensembles;
using Understudy.Cli.Evaluation;
using Understudy.Cli.Releases;
using Understudy.Cli.Shell;
using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Calibration;

/// <summary><c>understudy calibrate --task NAME</c>: chooses thresholds anew, says what they promise, and puts the promise to the test.</summary>
internal sealed class CalibrateCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Option<string?> _release = new("--release") { Description = "The release (default: the stable one).", HelpName = "VERSION" };
    private readonly Option<string?> _data = new("--data") { Description = "Labelled records that no model was trained on (default: what training kept for this).", HelpName = "FILE" };
    private readonly Option<double?> _epsilon = Shares.Optional("--epsilon", "At most this share of inputs worse than by the lead … (default: the release's)");
    private readonly Option<double?> _delta = Shares.Optional("--delta", "… except with this probability (default: the release's).");
    private readonly Option<bool> _check = new("--check") { Description = "Choose thresholds on many resplits and count how often the promise is broken; exit code 1 if too often." };
    private readonly Option<int> _resplits = Numbers.Option("--resplits", "How many.", "N", 500, "a whole number from 1 up", resplits => resplits >= 1);
    private readonly Option<string?> _write = new("--write") { Description = "Write the release anew under this version, with the new thresholds.", HelpName = "VERSION" };

    private readonly Option<string?> _ensemble = new("--ensemble") { Description = "Fit what has the last word over the tiers that were asked: last, average, vote or stack (default: the release's).", HelpName = "NAME" };

    public CalibrateCommand(SharedOptions shared)
        : base(shared, "calibrate", "Chooses thresholds that keep a promise.")
    {
        _ensemble.AcceptOnlyFromAmong(Ensemble.Last, Ensemble.Average, Ensemble.Vote, Ensemble.Stack);
        foreach (var option in (Option[])[_task, _release, _data, _epsilon, _delta, _check, _resplits, _write, _ensemble])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = ReleaseFolder.Find(invocation.Catalog, invocation.Get(_task)!, invocation.Get(_release));
        var manifest = ReleaseFolder.ReadManifest(folder);
        var guarantee = manifest.Guarantee with
        {
            Epsilon = invocation.Get(_epsilon) ?? manifest.Guarantee.Epsilon,
            Delta = invocation.Get(_delta) ?? manifest.Guarantee.Delta,
        };
        using var lease = invocation.Get(_write) is null ? null : invocation.Catalog.Acquire(manifest.Task, manifest.Version); // only what was checked is signed anew
        var (table, malformed, auroc, ensemble, asked) = manifest.Kind == "generation"
            ? await CallsAsync(invocation, manifest, cancellationToken).ConfigureAwait(false)
            : await TableAsync(invocation, folder, manifest, cancellationToken).ConfigureAwait(false);
        var (thresholds, report) = ThresholdSearch.Choose(table, guarantee);
        var check = invocation.Get(_check) ? Check(invocation, table, guarantee) : null;
        if (invocation.Get(_write) is { } version)
        {
            RecalibratedRelease.Write(
                folder,
                manifest with
                {
                    Compression = lease!.Release.Compression.Name, // as the records were read
                    Ensemble = ensemble?.Report.Chosen ?? Ensemble.Last,
                    EnsembleParameters = ensemble?.Parameters,
                },
                version,
                guarantee,
                thresholds,
                report,
                [.. table.StudentMilliseconds, table.LeadMilliseconds],
                CommandText.Of("calibrate", ("--task", manifest.Task), ("--release", manifest.Version), ("--data", invocation.Get(_data)), ("--epsilon", invocation.Get(_epsilon)), ("--delta", invocation.Get(_delta)), ("--ensemble", ensemble?.Report.Asked), ("--write", version)),
                calibration: asked);
        }

        var result = new CalibrationResult
        {
            Task = manifest.Task,
            Release = manifest.Version,
            Guarantee = guarantee,
            Thresholds = table.Students.Zip(thresholds).ToDictionary(p => p.First, p => p.Second),
            Report = report,
            Auroc = auroc is null ? null : table.Students.Zip(auroc).ToDictionary(p => p.First, p => p.Second),
            Malformed = malformed,
            Ensemble = ensemble?.Report,
            Check = check,
            Written = invocation.Get(_write),
        };
        invocation.Screen.Result(result, console => Show(result, Promise.Against(invocation.Catalog.Task(manifest.Task)), console));
        return check?.Passed == false ? CommandLine.Failed : CommandLine.Done;
    }

    private async Task<(CalibrationTable Table, int Malformed, IReadOnlyList<double?>? Auroc, FittedEnsemble? Ensemble, IEnumerable<CalibrationRecord>? Asked)> CallsAsync(
        Invocation invocation, ReleaseManifest manifest, CancellationToken cancellationToken)
    {
        if (invocation.Get(_ensemble) is not (null or Ensemble.Last))
        {
            throw new BadUsageException($"Task '{manifest.Task}' writes texts, which cannot be combined. Leave --ensemble out.");
        }

        var file = invocation.Get(_data) ?? throw new BadUsageException("A generation task is calibrated on requests with their answers. Give labelled records that no model was trained on with --data FILE.");
        var (records, malformed) = await GenerationFile.ReadAsync(file, invocation.Catalog.Task(manifest.Task), manifest.Labels, cancellationToken).ConfigureAwait(false);
        malformed.ReportMalformed(invocation.Screen, Path.GetFileName(file));
        if (records.Count == 0)
        {
            throw new CommandFailedException($"There is no record to calibrate on: {malformed.Malformed.Count} lines were read and none can be used.");
        }

        using var lease = invocation.Catalog.Acquire(manifest.Task, manifest.Version);
        using var progress = invocation.Screen.Progress($"Asking every tier about {records.Count} requests");
        var (table, auroc) = await CallOutputs.AskAsync(lease.Release, records, progress, cancellationToken).ConfigureAwait(false);
        return (table, malformed.Malformed.Count, auroc, null, null);
    }

    private async Task<(CalibrationTable Table, int Malformed, IReadOnlyList<double?>? Auroc, FittedEnsemble? Ensemble, IEnumerable<CalibrationRecord>? Asked)> TableAsync(
        Invocation invocation, string folder, ReleaseManifest manifest, CancellationToken cancellationToken)
    {
        var (outputs, data) = await OutputsAsync(invocation, folder, manifest, cancellationToken).ConfigureAwait(false);
        var ensemble = (invocation.Get(_ensemble) ?? manifest.Ensemble) is var name && name == Ensemble.Last
            ? null : EnsembleFit.Run(name, outputs, [.. manifest.Tiers.Select(tier => tier.Name)]);
        return (outputs.Table(manifest, ensemble?.Served), data?.Malformed.Count ?? 0, null, ensemble, data is null ? null : outputs.Records(manifest, data.Records));
    }

    private async Task<(TierProbabilities Outputs, LabelledData? Data)> OutputsAsync(Invocation invocation, string folder, ReleaseManifest manifest, CancellationToken cancellationToken)
    {
        if (invocation.Get(_data) is not { } file)
        {
            if (InputCompression.Of(manifest, invocation.Catalog.Task(manifest.Task)).Name is var way && way != manifest.Compression)
            {
                throw new CommandFailedException(
                    $"task.json has 'compression': '{way}', and what release '{manifest.Version}' keeps is not known to be of inputs that were shortened so. Give labelled records that no model was trained on with --data FILE, which are read as they are served.");
            }

            var kept = Path.Combine(folder, TierOutputs.FileName);
            return File.Exists(kept)
                ? (TierOutputs.Read(kept, manifest), null)
                : throw new CommandFailedException($"Release '{manifest.Version}' keeps no {TierOutputs.FileName}. Give labelled records that no model was trained on with --data FILE.");
        }

        var data = await LabelledFile.ReadAsync(file, manifest.Labels.ToHashSet(), cancellationToken).ConfigureAwait(false);
        data.ReportMalformed(invocation.Screen, Path.GetFileName(file));
        if (data.Records.Count == 0)
        {
            throw new CommandFailedException($"There is no record to calibrate on: {data.Malformed.Count} lines were read and none can be used.");
        }

        using var lease = invocation.Catalog.Acquire(manifest.Task, manifest.Version);
        using var progress = invocation.Screen.Progress($"Asking every tier about {data.Records.Count} records");
        return (TierOutputs.Ask(invocation.Catalog, lease.Release, data, progress, cancellationToken), data);
    }

    private GuaranteeCheckReport Check(Invocation invocation, CalibrationTable table, Understudy.Inference.Tasks.Guarantee guarantee) =>
        table.Examples.Count >= 2
            ? GuaranteeCheck.Run(table, guarantee, invocation.Get(_resplits))
            : throw new CommandFailedException($"There are {table.Examples.Count} calibration examples; at least 2 are needed to split them.");

    private static void Show(CalibrationResult result, string? against, IAnsiConsole console)
    {
        console.WriteLine($"{result.Task} {result.Release}");
        console.WriteLine(Promise.Describe(result.Guarantee, result.Report));
        if (against is not null)
        {
            console.WriteLine(against);
        }

        foreach (var (student, threshold) in result.Thresholds)
        {
            console.WriteLine(threshold > 1
                ? $"  {student}: never answers"
                : string.Create(CultureInfo.InvariantCulture, $"  {student}: answers when at least {threshold:0.########} sure"));
        }

        if (result.Ensemble is { } ensemble)
        {
            console.WriteLine(ensemble.Describe());
        }

        if (result.Check is { } check)
        {
            console.WriteLine(check.Describe());
        }

        if (result.Written is not null)
        {
            console.WriteLine($"Written as release '{result.Written}'. Let it serve: understudy release promote --task {result.Task} {result.Written}");
        }
    }
}
