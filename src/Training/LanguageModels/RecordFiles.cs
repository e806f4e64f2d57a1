using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;

namespace Understudy.Training.LanguageModels;

/// <summary>Records of some files, with the lines that cannot be used.</summary>
/// <param name="Records">With the file that each stands in.</param>
/// <param name="Problems">Why other lines are left out, each with file and line.</param>
internal sealed record RecordFiles(IReadOnlyList<(string File, CompletionRecord Record)> Records, IReadOnlyList<string> Problems)
{
    /// <param name="files">Names, with their paths.</param>
    /// <param name="isJson">Whether answers are JSON.</param>
    public static RecordFiles Read(IEnumerable<(string Name, string Path)> files, bool isJson)
    {
        List<(string, CompletionRecord)> records = [];
        List<string> problems = [];
        foreach (var (name, path) in files)
        {
            using var stream = File.OpenRead(path);
            foreach (var line in DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable())
            {
                if (CompletionRecord.Read(line, isJson, out var problem) is { } record)
                {
                    records.Add((name, record));
                }
                else
                {
                    problems.Add(Place(name, line.Number, problem!));
                }
            }
        }

        return new(records, problems);
    }

    /// <summary>Those that <paramref name="problem"/> finds none of, and the others among the problems.</summary>
    public RecordFiles Where(Func<CompletionRecord, string?> problem)
    {
        var judged = Records.Select(pair => (pair.File, pair.Record, Problem: problem(pair.Record))).ToList();
        return new(
            [.. judged.Where(one => one.Problem is null).Select(one => (one.File, one.Record))],
            [.. Problems, .. judged.Where(one => one.Problem is not null).Select(one => Place(one.File, one.Record.Line, one.Problem!))]);
    }

    /// <summary>Those whose texts are not among the ones that are measured on: what has been learned says nothing of new texts.</summary>
    /// <param name="field">Of the recipe, where those are named.</param>
    public RecordFiles Without(RecordFiles measured, string field)
    {
        var texts = measured.Records.Select(TextOf).ToHashSet(StringComparer.Ordinal);
        return Where(record => texts.Contains(FunctionCallPrompt.Normal(record.Text)) ? $"its 'text' stands in '{field}' too, and what is measured on is not learned from. Remove it from one of the two." : null);
    }

    /// <summary>Holds a tenth of the texts back to measure on; all records of a text go with it.</summary>
    public (RecordFiles Learned, RecordFiles Held) Split(int seed, int most)
    {
        var texts = Records.Select(TextOf).Distinct(StringComparer.Ordinal).ToArray();
        new Random(seed).Shuffle(texts);
        var held = texts.Take(Math.Min(most, texts.Length / 10 is > 0 and var tenth ? tenth : texts.Length > 1 ? 1 : 0)).ToHashSet(StringComparer.Ordinal);
        return (this with { Records = [.. Records.Where(pair => !held.Contains(TextOf(pair)))] }, new([.. Records.Where(pair => held.Contains(TextOf(pair)))], []));
    }

    /// <summary>With texts as they are read when they are served.</summary>
    public RecordFiles Shortened(InputCompression compression) => this with { Records = [.. Records.Select(pair => (pair.File, pair.Record with { Text = compression.Apply(pair.Record.Text).Text }))] };

    /// <summary>As models read it.</summary>
    private static string TextOf((string File, CompletionRecord Record) pair) => FunctionCallPrompt.Normal(pair.Record.Text);

    private static string Place(string file, long line, string problem) => $"{file}, line {line}: {problem}";
}
