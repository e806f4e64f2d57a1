using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tasks;
using Understudy.Training.Decoders;
using Understudy.Training.LanguageModels;

namespace Understudy.Training.Tests.LanguageModels;

public sealed class RequestDataTests : IDisposable
{
    private static readonly DecoderRecipe Decoder = new() { Width = 16, Layers = 1, Heads = 2, KvHeads = 1, HeadDim = 16, FeedForward = 32, MaxTokens = 128 };
    private readonly string _folder = Directory.CreateTempSubdirectory("requests").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(4, 4)]
    [InlineData(400, 100)]
    public void Asked_SeveralRationalesOfEachText_AreOneQuestionFromAnywhereInTheFile(int texts, int expected)
    {
        Write("train.jsonl", ["how many"]);
        Write("dev.jsonl", [.. Enumerable.Range(0, texts).Select(text => $"what is {text}")]);
        var recipe = new LanguageModelRecipe { Task = "own", Data = _folder, Vocabulary = 300, Records = ["train.jsonl"], DevRecords = ["dev.jsonl"], Teaching = RecordTeaching.Rationales, Lead = Decoder, Draft = Decoder };
        var files = new LanguageModelData(recipe);
        var task = new TaskDefinition { Name = "own", Kind = "generation", Labels = [], Metric = "exact-match" };
        var data = new RequestData(recipe, files, new FunctionCallTask(task, RequestVocabulary.Train(recipe, files, TestContext.Current.CancellationToken)), _ => { });
        int[] asked = [.. data.Asked([.. files.DevRecords.Records.Select(pair => pair.Record)]).Select(record => int.Parse(record.Text.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture))];

        Assert.Equal(expected, data.MeasuredCount);
        Assert.Equal(expected, asked.Distinct().Count());
        Assert.InRange(asked.Max(), texts * 3 / 4, texts - 1);
        Assert.InRange(asked.Min(), 0, texts / 4);
    }

    /// <summary>Three records of each text.</summary>
    private void Write(string file, IEnumerable<string> texts) => File.WriteAllLines(
        Path.Combine(_folder, file), from text in texts from reason in new[] { "so", "thus", "hence" } select $$"""{"text":"{{text}}","completion":"one","rationale":"{{reason}} one"}""");
}
