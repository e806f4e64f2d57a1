using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Releases;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

/// <summary>How the texts of a task of one's own are read, shortened and split.</summary>
public sealed class TrainingDataTests : IDisposable
{
    private readonly OwnTask _own = new();

    public void Dispose() => _own.Dispose();

    [Fact]
    public void Run_TaskShortensInputs_LearnsFromAndCalibratesOnWhatIsServed()
    {
        List<DatasetRecord> texts = [.. OwnTask.Greetings(60).Select((record, i) => record with { Text = $"{record.Text} and much more, {OwnTask.Letters(59 - i)}, that is cut" })];

        var trained = _own.Train(["a", "b"], texts, compression: "head:2");

        Assert.Equal("head:2", trained.Release!.Compression);
        using var catalog = new ReleaseCatalog(_own.Models);
        using var lease = catalog.Acquire(OwnTask.Name);
        var linear = lease.Release.Students[0];
        float[] Score(string text)
        {
            var logits = new float[2];
            linear.Classifier.Score([text], logits);
            return logits;
        }

        var served = texts.ConvertAll(record => Score(lease.Release.Readable(record.Text!)));
        var kept = File.ReadLines(Path.Combine(trained.ReleaseFolder!, "calibration.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("logits").GetProperty(linear.Name).Deserialize<float[]>()!).ToList();
        Assert.NotEmpty(kept);
        Assert.All(kept, row => Assert.Contains(served, logits => Math.Abs(logits[0] - row[0]) < 1e-3 && Math.Abs(logits[1] - row[1]) < 1e-3));
    }

    [Fact]
    public void Run_TaskShortensInputsToWhatManyBeginWith_CountsEachOfThem()
    {
        var trained = _own.Train(["a", "b"], OwnTask.Greetings(60).Select(record => record with { Text = $"hello there {record.Text}" }), compression: "head:2");

        Assert.Equal(trained.Release!.Thresholds!.Examples, File.ReadLines(Path.Combine(trained.ReleaseFolder!, "calibration.jsonl")).Count());
        Assert.Equal(6, trained.Release.Thresholds.Examples);
    }

    [Theory]
    [InlineData(2, 0.1, 0.06, "fewer than 2 are left to learn from")]
    [InlineData(60, 0.6, 0.5, "fewer than 2 are left to learn from")]
    [InlineData(60, 1.5, 0.06, "'calibrationShare' is 1.5")]
    [InlineData(60, 0.1, -1, "'tuningShare' is -1")]
    public void Run_TooLittleIsLeftToLearnFrom_SaysSoBeforeAnythingIsTrained(int texts, double calibration, double tuning, string problem)
    {
        var error = Assert.Throws<RecipeInvalidException>(() =>
            _own.Train(["a", "b"], OwnTask.Greetings(texts), change: recipe => recipe with { CalibrationShare = calibration, TuningShare = tuning }));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_MailsDeliveredTwice_NoneIsInTwoParts(bool hasDev)
    {
        static string Mail(int number, string to) =>
            $"Received: from relay for {to}\nTo: {to}@example.org\nFrom: list@example.org\nSubject: issue {OwnTask.Letters(number)}\n\n{(number % 2 == 0 ? "hello" : "goodbye")} {OwnTask.Letters(number)}\n";
        static DatasetRecord Record(int number, string to) => new() { Text = Mail(number, to), Label = number % 2 == 0 ? "a" : "b" };
        _own.WriteData(Enumerable.Range(0, 60).SelectMany(number => new[] { Record(number, "anna"), Record(number, "bert") }));
        if (hasDev)
        {
            _own.WriteData(Enumerable.Range(40, 40).SelectMany(number => new[] { Record(number, "carl"), Record(number, "dora") }), "dev.jsonl");
        }

        var said = new List<string>();
        var task = OwnTask.Definition(["a", "b"]) with { Input = "mail" };
        var examples = Examples.Load(Recipe.DefaultFor(task, _own.Folder), task, said.Add, TestContext.Current.CancellationToken);

        string[] texts = [.. new[] { examples.Train, examples.Tuning, examples.Calibration }.SelectMany(part => part).Select(example => example.Text)];
        Assert.Equal(texts.Distinct(), texts);
        Assert.Equal(hasDev ? 80 : 60, texts.Length);
        Assert.Equal(hasDev ? 40 : 6, examples.Calibration.Count);
        Assert.Contains($"{(hasDev ? 80 : 60)} of 120 texts of train.jsonl read like another one and are not learned from", said);
    }

    [Theory]
    [InlineData(60, 60, "3 of 3", "51 to train on, 3 to tune on")]
    [InlineData(300, 270, "17 of 18", "252 to train on, 18 to tune on")]
    public void Run_MostTextsBeginAlike_AreTunedOnAllTheSame(int texts, int alike, string share, string parts)
    {
        var said = new List<string>();

        _own.Train(["a", "b"], BeginAlike(texts, alike), said: said, steps: default);

        Assert.Contains(said, message => message.StartsWith($"{share} texts held back for tuning ('tuningShare' 0.06)", StringComparison.Ordinal) && message.EndsWith("they are tuned on as they are", StringComparison.Ordinal));
        Assert.Contains(said, message => message.Contains(parts, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_SomeTextsBeginAlike_OnlyTheOthersAreTunedOn()
    {
        var said = new List<string>();

        _own.Train(["a", "b"], BeginAlike(300, 90), said: said, steps: default);

        Assert.Contains(said, message => message.Contains("252 to train on, 12 to tune on", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(120)]
    [InlineData(270)]
    public void Run_TaskShortensInputsToWhatManyBeginWith_TunesOnAsManyAsOfWholeTexts(int alike)
    {
        var texts = OwnTask.Greetings(300).Select((record, number) => number < alike ? record with { Text = $"hello there {record.Text}" } : record);
        string Parts(string? compression)
        {
            var said = new List<string>();
            _own.Train(["a", "b"], texts, said: said, steps: default, compression: compression);
            return said[^1];
        }

        Assert.StartsWith("252 to train on, 18 to tune on", Parts(null), StringComparison.Ordinal);
        Assert.Equal(Parts(null), Parts("head:2"));
    }

    [Fact]
    public void Run_LinesThatCannotBeLearnedFrom_AreToldOf()
    {
        var texts = OwnTask.Greetings(60).Append(new() { Text = "my money back", Label = "refund" }).Append(new() { Text = "hello again" });
        var said = new List<string>();

        _own.Train(["a", "b"], texts, said: said, steps: default);

        Assert.Contains(said, message => message.StartsWith("1 of 62 lines of train.jsonl are left out; line 61: label 'refund'", StringComparison.Ordinal));
        Assert.Contains(said, message => message.StartsWith("1 of 62 lines of train.jsonl are left out; line 62: the line has no field 'label'", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NoLabelOfTheDataIsTheTasks_NamesThem()
    {
        var error = Assert.Throws<RecipeInvalidException>(() => _own.Train(["A", "B"], OwnTask.Greetings(60), steps: default));
        Assert.Contains("line 1: label 'a' is not one of the task's labels", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<RecipeInvalidException>(() => _own.Train(["A", "B"], OwnTask.Greetings(60), change: recipe => recipe with { Corpus = Recipe.MailCorpus }, steps: default));
        Assert.Contains("theirs are 'personal', 'newsletter', 'spam'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>So many differ in digits alone.</summary>
    private static IEnumerable<DatasetRecord> BeginAlike(int texts, int alike) =>
        OwnTask.Greetings(texts).Select((record, number) => number < alike ? record with { Text = $"hello {number}" } : record);
}
