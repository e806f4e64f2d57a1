using System.Text.Json;
using Understudy.Training.Corpora;
using Understudy.Training.Recipes;
using Understudy.Training.Studies;

namespace Understudy.Training.Tests.Studies;

public sealed class SuperContextStudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("supercontext").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Unseen_LabelsThatFollowNothing_AreNotKnown()
    {
        var random = new Random(5);
        Example[] train = [.. Enumerable.Range(0, 200).Select(at => new Example($"{at}", $"{Word(random)} {Word(random)} {Word(random)}", null, random.Next(2)))];
        var writer = new ReceiptWriter(train, labels: 2, seed: 1, TestContext.Current.CancellationToken);

        // Whoever has seen them knows them by heart.
        Assert.InRange(Scores.Accuracy(writer.Ask([.. train.Select(example => example.Text)]), train), 0.95, 1);
        Assert.InRange(Scores.Accuracy(writer.Unseen, train), 0.3, 0.7);
        Assert.All(writer.Unseen, made => Assert.InRange(made.Max(), 0.5f, 0.75f));
    }

    [Fact]
    public void Read_LabelsAsNumbers_ArePositions()
    {
        Write(8);
        var data = new SentimentStudyData(Path.Combine(_folder, "sst2"), limit: 6);
        Assert.Equal((6, 8, 8), (data.Train.Count, data.Known.Count, data.Foreign.Count));
        Assert.Equal(["negative", "positive"], data.Train.Take(2).Select(example => SentimentStudyData.Labels[example.Label]));
    }

    [Fact]
    public void Read_NoOtherKinds_SaysWhichFileIsMissing()
    {
        Write(4);
        Directory.Delete(Path.Combine(_folder, "sentiment_ood"), recursive: true);
        var error = Assert.Throws<StudyInvalidException>(() => new SentimentStudyData(Path.Combine(_folder, "sst2"), null));
        Assert.Contains("sentiment_ood", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneSeed_MeasuresEveryVariantOnBothKinds()
    {
        Write(24);
        try
        {
            var report = new StudyRun("supercontext", new() { Data = _folder, WorkFolder = Path.Combine(_folder, "work"), Seeds = [2], Epochs = 1 }).Run(Path.Combine(_folder, "plot.png"), TestContext.Current.CancellationToken);

            Assert.Equal(["student alone", "lead alone", "lead with receipts", "mean of both"], report.Variants.Select(variant => variant.Name));
            Assert.Equal(1, report.Variants[0].Mean); // one word says it
            Assert.All(report.Variants, variant => Assert.InRange(variant.Facts["filmReviews"], 0, 1));
        }
        catch (PackageMissingException missing)
        {
            Assert.Skip(missing.Message);
        }
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, 8).Select(_ => (char)('a' + random.Next(26))));

    private void Write(int count)
    {
        foreach (var (set, part) in new[] { ("sst2", "train"), ("sst2", "test"), ("sentiment_ood", "test") })
        {
            File.WriteAllLines(
                Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, set)).FullName, $"{part}.jsonl"),
                Enumerable.Range(0, count).Select(at => JsonSerializer.Serialize(new { text = $"{part} {(at % 2 == 0 ? "bad" : "good")} {at}", label = at % 2 })));
        }
    }
}
