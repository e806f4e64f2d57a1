using Understudy.Inference.Datasets;
using Understudy.Training.Recipes;

namespace Understudy.Training.Corpora;

/// <summary>A folder of one's own with train.jsonl and, if there is one, dev.jsonl for calibration. Duplicate texts are read once; those in both are not learned from.</summary>
public static class FolderCorpus
{
    /// <param name="folder">The folder.</param>
    /// <param name="report">Is told of lines that cannot be used and of texts that stand in both files; null for nobody.</param>
    /// <param name="labels">The labels that are known, or null when any will do.</param>
    /// <exception cref="RecipeInvalidException">There is no train.jsonl, or nothing in one of the files can be used.</exception>
    public static CorpusSplits Load(string folder, Action<string>? report = null, IReadOnlyCollection<string>? labels = null)
    {
        var path = Path.Combine(folder, "train.jsonl");
        if (!File.Exists(path))
        {
            throw new RecipeInvalidException($"There is no '{path}'. A data folder has train.jsonl, one object with 'text' and 'label' a line.");
        }

        var dev = Path.Combine(folder, "dev.jsonl");
        var (calibration, devProblem) = File.Exists(dev) ? Read(dev, labels, report) : ([], null);
        var (all, problem) = Read(path, labels, report);
        if (all.Count == 0)
        {
            throw new RecipeInvalidException($"'{path}' has no usable record; each line is an object with 'text' and 'label'.{(problem is null ? "" : $" In {problem}")}");
        }

        if (calibration.Count == 0 && devProblem is not null)
        {
            throw new RecipeInvalidException($"'{dev}' has no usable record to choose thresholds on. In {devProblem} Or remove the file, and a share of train.jsonl is held back instead.");
        }

        var held = calibration.Select(record => record.Text!).ToHashSet(StringComparer.Ordinal);
        var train = all.Where(record => !held.Contains(record.Text!)).ToList();
        if (train.Count == 0)
        {
            throw new RecipeInvalidException($"All {all.Count} texts of '{path}' stand in dev.jsonl too, whose texts are not learned from. Remove them from dev.jsonl.");
        }

        if (train.Count < all.Count)
        {
            report?.Invoke($"{all.Count - train.Count} of {all.Count} texts of train.jsonl stand in dev.jsonl too and are not learned from");
        }

        return new(train, calibration, []);
    }

    /// <summary>What can be used of a file, and why the first other line cannot.</summary>
    private static (List<DatasetRecord> Records, string? Problem) Read(string path, IReadOnlyCollection<string>? labels, Action<string>? report)
    {
        List<DatasetRecord> records = [];
        List<string> malformed = [], unknown = [];
        using var stream = File.OpenRead(path);
        foreach (var line in DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable())
        {
            if ((line.Problem ?? Problem(line.Record!)) is { } problem)
            {
                malformed.Add($"line {line.Number}: {problem}");
            }
            else if (labels?.Contains(line.Record!.Label!) == false)
            {
                unknown.Add($"line {line.Number}: label '{line.Record.Label}' is not one of the task's labels. Correct it, or make the task anew with it.");
            }
            else
            {
                records.Add(line.Record!);
            }
        }

        foreach (var problems in new[] { malformed, unknown }.Where(problems => problems.Count > 0))
        {
            report?.Invoke($"{problems.Count} of {records.Count + malformed.Count + unknown.Count} lines of {Path.GetFileName(path)} are left out; {problems[0]}");
        }

        return ([.. records.DistinctBy(record => record.Text, StringComparer.Ordinal)], unknown.Concat(malformed).FirstOrDefault());
    }

    private static string? Problem(DatasetRecord record) =>
        record.Text is null ? "the line has no field 'text'; classification needs one. Add it."
        : string.IsNullOrWhiteSpace(record.Label) ? "the line has no field 'label'. Add the right answer or remove the line."
        : null;
}
