using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Features;
using Understudy.Inference.Tasks;
using Understudy.Training.Distillation;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

/// <summary>A task of one's own in a folder that is deleted with it: its data, its work and its models.</summary>
internal sealed class OwnTask : IDisposable
{
    public const string Name = "own";

    public string Folder { get; } = Directory.CreateTempSubdirectory("training-run").FullName;

    public string Models => Path.Combine(Folder, "models");

    public string Work => Path.Combine(Folder, "work");

    public static IEnumerable<DatasetRecord> Greetings(int texts) =>
        from number in Enumerable.Range(0, texts) select new DatasetRecord { Text = $"{(number % 2 == 0 ? "hello" : "goodbye")} {Letters(number)}", Label = number % 2 == 0 ? "a" : "b" };

    public static string Letters(int number) => $"{(char)('a' + (number % 26))}{(char)('a' + (number / 26))}";

    public static TaskDefinition Definition(IReadOnlyList<string> labels) =>
        new() { Name = Name, Kind = "classification", Labels = labels, Guarantee = new(0.1, 0.2) };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public TrainingResult Train(IReadOnlyList<string> labels, IEnumerable<DatasetRecord> records, StudentStart start = StudentStart.Projected, Func<Recipe, Recipe>? change = null, List<string>? said = null, TrainingSteps steps = TrainingSteps.All, string? version = null, string? compression = null)
    {
        WriteData(records);
        var task = Definition(labels) with { Compression = compression };
        Directory.CreateDirectory(Path.Combine(Models, Name));
        File.WriteAllText(Path.Combine(Models, Name, "task.json"), JsonSerializer.Serialize(task, JsonSerializerOptions.Web));
        var recipe = QuickRecipe(labels) with { SmallStart = start };
        return new TrainingRun(change?.Invoke(recipe) ?? recipe, task, Models, Work, said is null ? null : new Listener(said)).Run(steps, version, TestContext.Current.CancellationToken);
    }

    public void WriteData(IEnumerable<DatasetRecord> records, string file = "train.jsonl") =>
        File.WriteAllLines(Path.Combine(Folder, file), records.Select(record => JsonSerializer.Serialize(new { text = record.Text, label = record.Label })));

    /// <summary>The default recipe in a fraction of its time.</summary>
    public Recipe QuickRecipe(IReadOnlyList<string> labels)
    {
        var recipe = Recipe.DefaultFor(Definition(labels), Folder);
        var small = new NgramOptions { Buckets = 1 << 14, TextLimit = 1024, FeatureLimit = 1024 };
        return recipe with
        {
            Lead = recipe.Lead with { Epochs = 2 },
            Small = recipe.Small with { Epochs = 2 },
            LeadTokens = 64,
            LeadTrainingTokens = 32,
            LeadNgrams = small,
            LinearNgrams = small,
            LeadLinear = recipe.LeadLinear with { Epochs = 5 },
            Linear = recipe.Linear with { Epochs = 5 },
        };
    }

    private sealed class Listener(List<string> said) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => said.Add(value.Message);
    }
}
