using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Tasks;

/// <summary>The examples of a task of one's own: <c>train.jsonl</c> and, where there is one, <c>dev.jsonl</c>.</summary>
internal sealed record TaskExamples(LabelledData Train, LabelledData? Dev)
{
    private const int LeastExamples = 2;

    /// <exception cref="CommandFailedException">The folder or <c>train.jsonl</c> is not there, or holds too little to learn from.</exception>
    public static async Task<TaskExamples> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var train = await LabelledFile.ReadAsync(Path.Combine(Existing(folder), "train.jsonl"), labels: null, cancellationToken).ConfigureAwait(false);
        var path = Path.Combine(folder, "dev.jsonl");
        var dev = Path.Exists(path) ? await LabelledFile.ReadAsync(path, labels: null, cancellationToken).ConfigureAwait(false) : null;
        return new TaskExamples(train, dev).Checked();
    }

    /// <exception cref="CommandFailedException">The folder is not there.</exception>
    public static string Existing(string folder) => Directory.Exists(folder)
        ? folder
        : throw new CommandFailedException($"There is no folder '{folder}'. Give --data a folder with train.jsonl.");

    /// <summary>In the order of their characters' codes, so that the same data gives the same task everywhere.</summary>
    public string[] Labels() => [.. Train.Records.Select(r => r.Label).Distinct().Order(StringComparer.Ordinal)];

    /// <param name="guarantee">What the task is to promise.</param>
    /// <param name="calibrationShare">Of the texts to train on, what thresholds are chosen on where there is no <c>dev.jsonl</c>.</param>
    public IReadOnlyList<string> Warnings(Guarantee guarantee, double calibrationShare)
    {
        var known = Labels().ToHashSet();
        var held = (Dev?.Records ?? []).Select(r => r.Text).ToHashSet();
        var both = Train.Records.Select(r => r.Text).Distinct().Count(held.Contains);
        return [.. (Dev?.Records ?? []).Where(r => !known.Contains(r.Label)).GroupBy(r => r.Label).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"dev.jsonl has {g.Count()} example(s) with label '{g.Key}', which train.jsonl never has. They count as malformed in evaluations; add training examples or correct the label."),
            .. both == 0 ? Array.Empty<string>() : [$"{both} text(s) of train.jsonl stand in dev.jsonl too. They are not learned from; remove them from dev.jsonl."],
            .. TooFew(guarantee, calibrationShare, known) is { } few ? [few] : Array.Empty<string>()];
    }

    /// <summary>Thresholds that may promise something need examples even if students never err.</summary>
    private string? TooFew(Guarantee guarantee, double calibrationShare, HashSet<string> known)
    {
        var needed = BinomialTail.ExamplesNeeded(0, guarantee.Epsilon, guarantee.Delta);
        var kept = Dev is null
            ? (int)(Train.Records.DistinctBy(r => r.Text).Count() * calibrationShare)
            : Dev.Records.Where(r => known.Contains(r.Label)).DistinctBy(r => r.Text).Count();
        return kept >= needed ? null : FormattableString.Invariant(
            $"{kept} text(s) {(Dev is null ? "of train.jsonl will be" : "of dev.jsonl are")} kept to choose thresholds on, and at least {needed} are needed to promise that at most {guarantee.Epsilon:0.###%} of inputs are answered worse than by the lead: with fewer the lead answers everything. Give more texts{(Dev is null ? ", or a dev.jsonl" : "")}, or a larger --epsilon.");
    }

    private TaskExamples Checked()
    {
        var counts = Train.Records.CountBy(r => r.Label).OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        var bad = Train.Malformed.Count == 0 ? "" : $" {Train.Malformed.Count} lines cannot be used; line {Train.Malformed[0].Line}: {Train.Malformed[0].Reason}";
        if (counts.Count < 2)
        {
            throw new CommandFailedException(counts.Count == 0
                ? $"train.jsonl has no usable example. Write one a line, such as {{\"text\":\"…\",\"label\":\"…\"}}.{bad}"
                : $"train.jsonl has only the label '{counts[0].Key}'; at least 2 labels are needed. Add examples of another one.{bad}");
        }

        var rare = counts.Where(c => c.Value < LeastExamples).Select(c => $"'{c.Key}'").ToList();
        return rare.Count == 0 ? this : throw new CommandFailedException(
            $"train.jsonl has fewer than {LeastExamples} examples of {string.Join(", ", rare)}. Add examples of them, or remove the label.{bad}");
    }
}
