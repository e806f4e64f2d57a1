using System.Text.Json;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>Sentences of film reviews to learn from, and the same question about other things to test on.</summary>
internal sealed class SentimentStudyData
{
    /// <summary>Beside the folder of film reviews: products, films, places and restaurants.</summary>
    private const string Elsewhere = "sentiment_ood";

    public SentimentStudyData(string folder, int? limit)
    {
        Train = [.. Read(Path.Combine(folder, "train.jsonl")).DistinctBy(example => example.Text).Take(limit ?? int.MaxValue)];
        Known = Read(Path.Combine(folder, "test.jsonl"));
        Foreign = Read(ElsewhereTest(folder));
    }

    /// <summary>By the number that the data set writes for each.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["negative", "positive"];

    public IReadOnlyList<Example> Train { get; }

    /// <summary>Of the kind that was learned from.</summary>
    public IReadOnlyList<Example> Known { get; }

    /// <summary>Of other kinds.</summary>
    public IReadOnlyList<Example> Foreign { get; }

    /// <summary>The file of <see cref="Foreign"/>.</summary>
    public static string ElsewhereTest(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, Elsewhere, "test.jsonl");

    private static List<Example> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new StudyInvalidException($"There is no '{path}'. Each of its lines has 'text' and 'label', 0 for negative and 1 for positive.");
        }

        return
        [
            .. File.ReadLines(path).Select((line, at) =>
            {
                using var document = JsonDocument.Parse(line);
                return new Example($"{at}", document.RootElement.GetProperty("text").GetString()!, null, document.RootElement.GetProperty("label").GetInt32());
            }),
        ];
    }
}
