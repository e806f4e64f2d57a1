using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using Spectre.Console;
using Understudy.Cli.Bench;
using Understudy.Cli.Calibration;
using Understudy.Cli.Datasets;
using Understudy.Cli.Ensembles;
using Understudy.Cli.Evaluation;
using Understudy.Cli.Releases;
using Understudy.Cli.Shell;
using Understudy.Inference.Cascades;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;

namespace Understudy.Cli.Optimization;

/// <summary><c>understudy optimize --task NAME</c>: searches how far inputs are shortened, what goes ahead of a lead that writes, which students are asked and their thresholds, all at once.</summary>
internal sealed class OptimizeCommand : CliCommand
{
    private const int Seed = 29;

    /// <summary>What two measurements of one probability may differ by.</summary>
    private const float Rounding = 0.02f;

    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Option<string?> _release = new("--release") { Description = "The release (default: the stable one).", HelpName = "VERSION" };
    private readonly Option<string?> _data = new("--data") { Description = "Labelled records that no model was trained on (default: the calibration part of the task's corpus).", HelpName = "FILE" };
    private readonly Option<string[]> _compression = new("--compression")
    {
        Description = "Ways of shortening to try: head:N for the first N words, ratio:R for R times fewer tokens (default: head:256, head:128, head:64, head:32). May be repeated.",
        HelpName = "WAY",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<double?> _epsilon = Shares.Optional("--epsilon", "At most this share of inputs worse than by the lead … (default: the release's)");
    private readonly Option<double?> _delta = Shares.Optional("--delta", "… except with this probability (default: the release's).");
    private readonly Option<int?> _check = Numbers.Optional<int>(
        "--check", "Repeat the choice on so many resamplings and count how often the promise is broken; exit code 1 if too often.", "N", "a whole number from 1 up", times => times >= 1);

    private readonly Option<string?> _write = new("--write") { Description = "Write the release anew under this version, as what was chosen.", HelpName = "VERSION" };
    private readonly Option<string?> _key = new("--key") { Description = "Sign it with this PEM file's key (default: UNDERSTUDY_SIGNING_KEY, else this machine's own).", HelpName = "FILE" };
    private readonly Option<string?> _plot = BenchPlot.Option();

    public OptimizeCommand(SharedOptions shared)
        : base(shared, "optimize", "Searches the cheapest way to serve that keeps a promise.")
    {
        foreach (var option in (Option[])[_task, _release, _data, _compression, _epsilon, _delta, _check, _write, _key, _plot])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = ReleaseFolder.Find(invocation.Catalog, invocation.Get(_task)!, invocation.Get(_release));
        var manifest = ReleaseFolder.ReadManifest(folder);
        if (manifest.Tiers.Count < 2)
        {
            throw new CommandFailedException($"Release '{manifest.Version}' of '{manifest.Task}' has no students; this searches over students in front of a lead.");
        }

        var guarantee = manifest.Guarantee with { Epsilon = invocation.Get(_epsilon) ?? manifest.Guarantee.Epsilon, Delta = invocation.Get(_delta) ?? manifest.Guarantee.Delta };
        using var lease = invocation.Catalog.Acquire(manifest.Task, manifest.Version);
        var (recorded, data, malformed) = manifest.Kind == "generation"
            ? await WrittenAsync(invocation, folder, manifest, cancellationToken).ConfigureAwait(false)
            : await ClassifiedAsync(invocation, manifest, lease.Release, cancellationToken).ConfigureAwait(false);

        if (data is not null)
        {
            RequireOthers(folder, manifest, data, recorded.First(way => way.Compression == lease.Release.Compression.Name).Outputs);
        }

        var grid = new ServingGrid(recorded, [.. manifest.Tiers.SkipLast(1)], lease.Release.Ensemble);
        var choice = ParetoTest.Choose(grid.Candidates, guarantee, Seed);
        (double Broken, double Allowed)? check = invocation.Get(_check) is { } repetitions ? ParetoTest.Repeat(grid.Candidates, guarantee, repetitions, Seed) : null;
        var report = new OptimizationReport
        {
            Task = manifest.Task,
            Release = manifest.Version,
            Guarantee = guarantee,
            Records = recorded[0].Outputs.Count,
            Malformed = malformed,
            Ways = [.. recorded.Select(way => Way(way, manifest))],
            Candidates = grid.Candidates.Count,
            LeadAccuracy = grid.LeadAccuracy,
            LeadMilliseconds = grid.LeadMilliseconds,
            Now = Now(recorded, manifest, lease.Release),
            Chosen = choice.Candidate is { } chosen ? grid.Point(chosen) : null,
            Test = choice,
            CheckBroken = check?.Broken,
            CheckAllowed = check?.Allowed,
            Front = grid.Front(),
            Plot = BenchPlot.Path(invocation.Get(_plot), "optimize.png"),
            Written = invocation.Get(_write),
            Against = Promise.Against(invocation.Catalog.Task(manifest.Task)),
        };
        FrontPlot.Draw(report.Plot, report);
        if (report.Written is not null)
        {
            Write(invocation, folder, manifest, guarantee, grid, choice, data);
        }

        invocation.Screen.Result(report, console => Show(report, console));
        return check is { } checkedOnes && checkedOnes.Broken > checkedOnes.Allowed ? CommandLine.Failed : CommandLine.Done;
    }

    private async Task<(IReadOnlyList<RecordedWay> Recorded, LabelledData? Data, int Malformed)> ClassifiedAsync(
        Invocation invocation, ReleaseManifest manifest, Release release, CancellationToken cancellationToken)
    {
        var data = await DataAsync(invocation, manifest, cancellationToken).ConfigureAwait(false);
        using var progress = invocation.Screen.Progress($"Asking every tier about {data.Records.Count} records");
        return (StageRecorder.Record(release, data, Ways(invocation, release), progress, cancellationToken), data, data.Malformed.Count);
    }

    private async Task<(IReadOnlyList<RecordedWay> Recorded, LabelledData? Data, int Malformed)> WrittenAsync(
        Invocation invocation, string folder, ReleaseManifest manifest, CancellationToken cancellationToken)
    {
        if (invocation.Get(_compression) is { Length: > 0 })
        {
            throw new BadUsageException($"Task '{manifest.Task}' writes its answers: what goes ahead of its lead is searched, and requests are read as the release reads them. Leave --compression out.");
        }

        var file = invocation.Get(_data) ?? throw new BadUsageException("A generation task is searched on requests with their calls. Give labelled records that no model was trained on with --data FILE.");
        var (records, malformed) = await GenerationFile.ReadAsync(file, invocation.Catalog.Task(manifest.Task), manifest.Labels, cancellationToken).ConfigureAwait(false);
        malformed.ReportMalformed(invocation.Screen, Path.GetFileName(file));
        if (records.Count == 0)
        {
            throw new CommandFailedException($"There is no record to search on: {malformed.Malformed.Count} lines were read and none can be used.");
        }

        using var progress = invocation.Screen.Progress($"Asking every tier about {records.Count} requests");
        return (await CallRecorder.RecordAsync(folder, manifest, invocation.Catalog.Keys.Trust, records, progress, cancellationToken).ConfigureAwait(false), null, malformed.Malformed.Count);
    }

    /// <summary>An ensemble looks better than it is on the examples that it was fitted on: they can promise nothing of it.</summary>
    private static void RequireOthers(string folder, ReleaseManifest manifest, LabelledData data, TierProbabilities outputs)
    {
        var kept = Path.Combine(folder, TierOutputs.FileName);
        if (manifest.EnsembleParameters is null || !File.Exists(kept))
        {
            return;
        }

        var (fitted, ids) = (TierOutputs.Read(kept, manifest), TierOutputs.Ids(kept));
        if (SharesMost(fitted, ids, data, outputs) || IsSame(fitted, outputs))
        {
            throw new CommandFailedException($"The ensemble of release '{manifest.Version}' was fitted on these records, so they cannot say how often it is wrong. Give other labelled records with --data FILE, or search from the release that it was made of.");
        }
    }

    /// <summary>Whether most of the records are kept under their ids, and all tiers said the same of them: other files number their records alike.</summary>
    private static bool SharesMost(TierProbabilities fitted, IReadOnlyList<string?> ids, LabelledData data, TierProbabilities outputs)
    {
        var places = ids.Index().Where(id => !string.IsNullOrEmpty(id.Item)).GroupBy(id => id.Item!).ToDictionary(group => group.Key, group => group.First().Index);
        var shared = data.Records.Index().Count(record => record.Item.HasId && places.TryGetValue(record.Item.Id, out var place) && IsSame(fitted, place, outputs, record.Index));
        return 2 * shared > data.Records.Count;
    }

    private static bool IsSame(TierProbabilities one, int example, TierProbabilities other, int otherExample) =>
        one.Truths[example] == other.Truths[otherExample]
        && one.Rows[example].Zip(other.Rows[otherExample]).All(tier => TensorPrimitives.Distance<float>(tier.First, tier.Second) < Rounding);

    /// <summary>Whether they are the same examples in the same order: of equal labels, and nearly all tiers say the same of nearly all, rounding apart.</summary>
    private static bool IsSame(TierProbabilities one, TierProbabilities other)
    {
        const double NearlyAll = 0.9;
        return one.Truths.SequenceEqual(other.Truths) && Enumerable.Range(0, one.Count).Count(i => IsSame(one, i, other, i)) >= NearlyAll * one.Count;
    }

    private async Task<LabelledData> DataAsync(Invocation invocation, ReleaseManifest manifest, CancellationToken cancellationToken)
    {
        if (invocation.Get(_data) is not { } file)
        {
            return TaskCorpus.Calibration(invocation.ModelsFolder, invocation.Catalog.Task(manifest.Task), cancellationToken);
        }

        var data = await LabelledFile.ReadAsync(file, manifest.Labels.ToHashSet(), cancellationToken).ConfigureAwait(false);
        data.ReportMalformed(invocation.Screen, Path.GetFileName(file));
        return data.Records.Count > 0 ? data : throw new CommandFailedException($"There is no record to search on: {data.Malformed.Count} lines were read and none can be used.");
    }

    /// <summary>The first reads inputs as the models have learned to; the release's own is among them.</summary>
    private IReadOnlyList<InputCompression> Ways(Invocation invocation, Release release)
    {
        string[] named = invocation.Get(_compression) is { Length: > 0 } given ? given : ["head:256", "head:128", "head:64", "head:32"];
        try
        {
            return [.. new[] { release.Manifest.LearnedCompression ?? InputCompression.None, InputCompression.None, release.Compression.Name }.Concat(named).Distinct().Select(InputCompression.Of)];
        }
        catch (ArgumentException error)
        {
            throw new BadUsageException($"--compression: {error.Message}");
        }
    }

    private static WayReport Way(RecordedWay way, ReleaseManifest manifest)
    {
        string[] tiers = [.. manifest.Tiers.Select(tier => tier.Name)];
        int[] all = [.. Enumerable.Range(0, way.Outputs.Count)];
        return new(
            way.Compression,
            way.Kept,
            way.CompressMilliseconds,
            tiers.Zip(way.TierMilliseconds).ToDictionary(p => p.First, p => p.Second),
            tiers.Select((name, tier) => (name, (double)Accuracies.Right(way.Outputs, all, tier) / all.Length)).ToDictionary(p => p.name, p => p.Item2))
        { Speculation = way.Speculation };
    }

    /// <summary>Null where what goes ahead of its lead is not among what was tried.</summary>
    private static ServingPoint? Now(IReadOnlyList<RecordedWay> recorded, ReleaseManifest manifest, Release release)
    {
        var way = recorded.FirstOrDefault(way => way.Compression == release.Compression.Name && (way.Speculation is null || way.Speculation == release.Manifest.Speculation));
        return way is null ? null : ServingGrid.Serve(recorded[0], way, [.. manifest.Tiers.SkipLast(1)], [.. release.Students.Select(student => student.Threshold)], release.Ensemble);
    }

    private void Write(Invocation invocation, string folder, ReleaseManifest manifest, Understudy.Inference.Tasks.Guarantee guarantee, ServingGrid grid, ParetoChoice choice, LabelledData? data)
    {
        if (choice.Candidate is not { } candidate)
        {
            throw new CommandFailedException(
                $"Nothing is certified: {choice.Losses} losses in {choice.Testing} testing records ({choice.TestingNeeded} or more are needed). No release was written. Give more records, or ask for less with --epsilon and --delta.");
        }

        var (point, way) = (grid.Point(candidate), grid.WayOf(candidate));
        if (point.Compression == InputCompression.None && invocation.Catalog.Task(manifest.Task).Compression is { } shortens && shortens != InputCompression.None)
        {
            throw new CommandFailedException($"What was found reads inputs whole, and task.json has 'compression': '{shortens}', which would shorten them for the new release as well. No release was written. Take 'compression' out of task.json and run this again.");
        }

        RecalibratedRelease.Write(
            folder,
            manifest with { Compression = point.Compression, Speculation = point.Speculation ?? manifest.Speculation },
            invocation.Get(_write)!,
            guarantee,
            [.. point.Thresholds.Values],
            new ThresholdReport
            {
                Certified = true,
                Examples = choice.Testing,
                ExamplesNeeded = choice.TestingNeeded,
                Risk = (double)choice.Losses / choice.Testing,
                StudentShare = point.StudentShare,
                PValue = choice.PValue,
                MillisecondsPerItem = point.Milliseconds,
            },
            [.. way.TierMilliseconds],
            CommandText.Of("optimize", ("--task", manifest.Task), ("--release", manifest.Version), ("--data", invocation.Get(_data)), ("--compression", invocation.Get(_compression)), ("--epsilon", invocation.Get(_epsilon)), ("--delta", invocation.Get(_delta)), ("--write", invocation.Get(_write))),
            invocation.Get(_key) is { } key ? PemSigner.Load(key) : null,
            data is null ? null : way.Outputs.Records(manifest, data.Records));
    }

    private static void Show(OptimizationReport report, IAnsiConsole console)
    {
        console.WriteLine(Text($"{report.Task} {report.Release}: {report.Candidates:N0} ways to serve on {report.Records:N0} records"));
        var table = new Table().RoundedBorder().AddColumns("", "compression, speculation", "accuracy", "risk", "ms", "of the lead's", "by students");
        table.AddRow("lead", report.Ways[0].Compression, Text($"{report.LeadAccuracy:0.00%}"), "0", Text($"{report.LeadMilliseconds:0.00}"), "100%", "0%");
        foreach (var (name, point) in new[] { ("now", report.Now), ("chosen", report.Chosen) })
        {
            if (point is not null)
            {
                table.AddRow(name, point.Speculation is null ? point.Compression : $"{point.Compression}, {point.Speculation}", Text($"{point.Accuracy:0.00%}"), Text($"{point.Risk:0.00%}"), Text($"{point.Milliseconds:0.00}"), Text($"{point.CostRatio:0.0%}"), Text($"{point.StudentShare:0.0%}"));
            }
        }

        console.Write(table);
        console.WriteLine(report.Chosen is null
            ? Text($"Nothing is certified: {report.Test.Losses} losses in {report.Test.Testing} testing records.")
            : Text($"Ordered on {report.Test.Ordering} records, certified on {report.Test.Testing} others: {report.Test.Losses} losses, p = {report.Test.PValue:0.000}; {report.Test.Certified} of {report.Test.Path} on the path."));
        if (report.Against is { } against)
        {
            console.WriteLine(against);
        }

        if (report.CheckBroken is { } broken)
        {
            console.WriteLine(Text($"On resampled records the promise is broken in {broken:0.0%} of choices; up to {report.CheckAllowed:0.0%} is within it and chance."));
        }

        console.WriteLine($"Drawn in {report.Plot}");
        if (report.Written is not null)
        {
            console.WriteLine($"Written as release '{report.Written}'. Let it serve: understudy release promote --task {report.Task} {report.Written}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
